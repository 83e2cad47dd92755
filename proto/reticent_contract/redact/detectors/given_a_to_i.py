"""More of what people are called, from A to I, for `given_names`.

Must hold: as of `given_names`.
"""

from __future__ import annotations

FROM_A_TO_I = """
    aaaqil aaban aabid aachal aadam aadhya aadi aadil aafiya aage aahana aahil aalee aalim aamil
    aamir aamirah aanuoluwapo aaqil aarif aarini aariz aarna aarnav aarush aaryan aarón aashi
    aashif aashir aasif aasim aatif aatiq aaus aayan aayush aazim abaan abayomi abbie abdalla
    abdelatif abdelkader abderaouf abderrahmane abdi abdifatah abdihakim abdirahman abdu abdullahi
    abebech abebi abednego abeer abeiku abelardo abelone abeni abha abhijit abhimanyu abhiram
    abhishek abigael abigaili abigaíl abilio abiodun abiona abosede abraham abram abubakar achille
    adalberto adamo adan adanna adaora adebiyi adebowale adebukola adedayo adedeji adekitan adekola
    adekunle adelaida adelardo adelasia adelbert adeleke adelgunde adelheid adelia adelin adelina
    adelinde adelmo adem adenike adeniyi adeolu adeoti adepeju aderopo adesewa adeshina adesoji
    adesua adetayo adetoke adetoun adeyi adhiambo adhra adia adiela adigun adimu adina adolf
    adolfine adora adriane adrianna adrienn adrienne adrijana adrián adriána adunni advaith advay
    advik advika adweta adya adán adèle adéla adélaïde aenne afia afolarin afonso aftin agapito
    agastya agatha aggrey aglaia agne agnesa agnete agnolo agnos agnès agostina agripina agung agus
    agustina agustín agáta aida aijuka aimee aimé aimée ainara ainoa aishani aisling aitor ajala
    ajani ajda ajinkya ajith ajna ajoke akanmu akbar akinkunmi akinlabi akinwale akos akoth akram
    aksel akumaa akumu akwasi akwesi aladin alamu alara albano albeiro alberico alberta alberte
    albertina albertine albin albina albino albín albína alcides alcira aldair aldemar alderano
    aldonza alec aleida aleix aleks aleksandar aleksej alemu alenka aleodor alexandar alexandr
    alexandrie alexandrina alexandros alexe alexej alexia aleyamma aleš alfio alfons alfonsina
    alfonz alfréd alica alice alicja alida alin aline alirio alis alisha alistar alix alja aljaž
    aljoša alka allan allana allegra almasi almut almuth alois aloisia alojz alojzia alojzij
    alojzija alok alondra alonso aloys alperen alphonce alphons alphonsa altaf alvar alve alveiro
    alwin alwina alwine alícia alžbeta alžběta amada amadeo amadeus amado amador amahle amaira
    amalia amalija amancio amandeep amando amani amarachukwu amarilis amaya ambar ambrose ambrosio
    ambróz amedeo amedeu ameen amel amico aminatu amine amleto amoke amol amondi amope amos amri
    amrita amruta amza amália amélia amélie américo amílcar anabela anabella anacleto anahera
    anaida anamaria anamika anasa anastacia anastasie anastasio anastasios anastazja anastázie
    anatol anatoli anatolie anatolij anay anaís anaïs anca ancizar ancuța andjela andjelina andor
    andrada andree andreea andreia andrej andreja andrejka andrian andrija andrás andré andréas
    andrée andwele anděla aneesh anej anel anemona anett angalia angavu angelica angeline angelino
    angelita anghel anghelina angie angélica anica aniela aniket anikó anindita anirban anirudh
    anis anissa anitha anișoara anjolaoluwa anju anka ankica anmol annabell annabella annah
    annaliese annalisa annamaria annamma annamária annastacia annedore annegrete annekatrin anneke
    annelene anneli anneliese annelise annelore annemette annemie annemijn annerose annett annetta
    anni annibale annica annita annunziata anny anoni anoop ansaldo anselm anselma anselmo ansh
    antero antim anto antoaneta antoine antoinette antonela antonello antoni antonie antonietta
    antonija antonino antonios antoniu antonius antony antonín antun antònia antónia antónio
    antônio anupam anurag anuța anvi anwar anyango anyi aníbal anđa anđela anže apiyo apolena
    apolinar apollonia apolonia araceli aradhana aranka arbey arcelia arda arezki argemiro arham
    arian ariane aribert arie arief ariel arike arin arina arindam arinola aristide aristides
    aristița arlet arley armida arnab arnaldo arnaude arnd arndt arnfried arnim arnošt arnulf
    arnulfo aroa arpit arpád arsenie arsenio artemio artemisa arunima arusi arya aryan arzu
    aránzazu asafe asake asali asani asanti asatira asbjørn asdrubal asfaw asger ashlee ashleigh
    ashoke ashwini asma asmini assar aston atena atenulf atfat atharv atheel athira athman athuman
    athumani atiena atieno atila atilio atinuke attaf atul augusta auguste augustina augustine
    augusto augustín auma auraq aurelia aurelian aureliana aureliano aurica aurică aurore aurélia
    aurélie austine avgust avni avram awadil awamil awamiri awan awani awero awesi awlya awmar
    awrad awuor axenia axinte ayamin ayden ayele ayinde ayinke ayla aylla aymen aynur ayodeji ayoka
    ayomide ayotunde ayoub aysar aysel ayten ayub ayush ayushman ayyubi azaan azad azahar azahara
    azban azeeb azeglio azeneth azhar azizi azra azucena baaba baahir baaizeed baaqee baaqir baaree
    baashir baasim baasit babafemi babajide babar babasola babatunji babawale baber babett babette
    babita baccio bachittar badawi badr baghyawati bagus baha bahaa bahadurjit bahari bahati
    bairbel bakari bakhshi balakrishnan baldassare baldev baldomero balduino baldur baleegh
    balendra balhaar balinda baljiwan baltasar balthasar balvan balveer bambad bambang bandile
    banjeet bappa baptist baqar baqir baraka barasa barbro barbu barica barkha barna barnabás
    barraq barry bartholomäus bartolomej bartolomeo bartolomeu bartolomé basaam basarab basavaraj
    basavaraju baseer basem bashaar bashaarat bashar basharat basheer basheerah basil basilio basim
    basir bassam batal batool baudelio bautista bayram bayron bazam bebe becky bedřich bekele belén
    benard bence bendegúz benedetto benedicte benedita beni beniamin benicio benigna benigno benito
    benjamim benjamín benjámin benny benone benson benta benthe benvenuto benício beppe berat
    berend berezat berhane berkay bernabé bernadett bernarda bernardino bernardita berndt bernfried
    bernhardine bernt bernward berra berta bertalan berto bertold beshte beth bethan bethany betina
    beverley beyza beáta beňadik bhagya bhagyalakshmi bhanumati bharathi bhargavi bhavani bhavika
    bhavini bhavya bhekani bhekisisa bhekizizwe bhekokwakhe bhupendra biagio bianka bibhuti bibi
    bibiana bibiána bibuwa bidhan biel bienvenida biju bilaal bilha biljana bilkisu billy bimala
    bina bindu biplab birger birgid birgitt birhanu birousk birthe biserka bishakha bisi biswajit
    bizhan bjorn bjørg bladimir blahoslav blake blanduzia blažej blažena boaz bobby bodil boel
    bogdana bogomir bohdana bohumila bohumír bohuslav bohuslava bohuš bolatito boleslav boluwatife
    boma bonface boniface bonifacio bonifác bonnie borbála borja borris borut borys bosibori botond
    boubacar bouchra bořivoj boštjan božena božica božidara božo brad bradley brady bramwel brandi
    branislava branka bravin brayan breanna breda brendah breno brent brett briana brianna bridgit
    brigid brigita brijesh brinda brit brita britt britta brittany brittney bronislava brooke bror
    bruna brunhild brunhilde bruni brunilda bryce brândușa brígida brăduț bucur buenaventura bunmi
    buraid burckhard burghard burkard burkhardt busara busisiwe bystrík bárbara bärbel béatrice
    béla börje bøje børge büşra bănel błażej břetislav caetana caio caitlyn caius cajsa calcedonio
    caleb calebe calista calisto calixta calixto callum calogero calvin calvince camelia camil
    camillo campo candace candela candelaria candelario candelas candice cansu cantemir capucine
    caren carin carl carlijn carlito carly carmelita carmelo carmenza carmina carmine carminho
    carola carolin carolyne carren casandra casemiro casian casiana cassie cathleen cathrin catinca
    catrin catrina catrine catrinel cauã cauê cayetana cayetano cazimir cebrián cecilija cecilio
    cecília cedrin ceferino celal celestina celestine celestino cemil cengiz centa centrine
    cerasela ceren cesare cetin ceylin cezar cezara chaaya chabane chacko chaitaly chaitanya
    chakradev chakradhar chakrika chamali chaman chameli champak chanakya chanchal chandani chandni
    chandrakant chandran chandrasekar chandrasekhar chandrashekar chandresh chandrika chanez
    changaz chaniya charan charita charlesh charlott charlotta charlotte charo charvi chashida
    chasmum chatresh chatura chausiki chavvi chawish chege chelangat chelo chelsey chepkemoi
    chepkoech chepkorir cheragh cherif cherotich cheruiyot chetana cheusi cheyenne chibuzo chidimma
    chidubem chiedza chigozie chijioke chinelo chinmay chinyere chipukizi chithra chitra chizoba
    chloë chlóe chris christabel christer christiana christie christin christl christof christofer
    christoffer christy chucho chuki chus chuy ciarán cilli cilly cindy cintia ciprian cipriana
    cipriano ciriaco ciril cirillo cirino cirkeline ciro ciríaco citlali claes clare clarence
    clarice clarisa clas claudiu claudius clavs clayton clelia clemente clementina cleophas cleto
    clifford clive cloe clotilde clàudia cláudio cläre clémence clímaco codin codrin codrina codruț
    codruța cody colins collince colton coluccio concha connie connor conny conrado consolata
    constantina constantino constanza constanze constança constanța consuela cora coralia cordula
    corina coriolano cornel cornelio corneliu corrado corvin cory cosima cosmas cosme cosmina
    costache costantino costanzo costel costin courtney craig crenguța crescencia crin cristea
    cristhian cristofor cristóbal csongor ctibor ctirad curro custodio cvetka cvetko cyprián
    czeslaw cándida cándido cäcilia cäcilie cécile célia célina céline césar călin cătălin cătălina
    daamin daanish daanyaal daawood dabbah dabir dacian daciana dafina dafne daghfal dagmara
    dagobert dagoberto dahiana daiana dainess dairo daiyaan dajana dakhil daksh daksha dakshesh
    dalaja dalbir dalibor dalila dalili daljit dalmas dalton damaris dameer damife damijan damini
    damián damjan damjana damurah damyanti dancan dancun danica danijela danique daniël danjuma
    danna danny danson danuše dany darain dariana darika darinka darius darja darpan darrell darryl
    darsh darshan darshana dary daryl darío dastageer dattatray daud daudi davi david davorin dawit
    dawud dayamai dayana dayita dayyaan deanna debabrata debashis debbie debjani debora decebal
    declan dedi deepthi deepu defne deiby deicy deisy dejan deji delfina delfino demetra demetrio
    demi demilade denisa denny dereje derick derly derrick desiderio desirée despina desta detlev
    devansh devon dewi deyanira dezider dezső dhananjay dhanush dharmendra dharmesh dhaval dhriti
    dian dianah dickson didina diedrich dierk diethard diethelm diether dietlind dietlinde dileep
    dillon dimas dimitrina dinah dineo dinis dinu diogo dionigi dionisia dionisio dionýz dipak
    dipali dipankar dipika dipta dipti dismas dita ditmar ditte dittmar diya diána djamel dobromila
    dobroslav dobroslava dochia dogan doina dolphine domagoj domen domenica dominga domingo
    domitila domnica donata donatello donato dorcas dorcus dorel doriana dorin dorina dorine
    dorinel dorit dorita dorle dorli dorotea dorothe dorothée dorottya dorthe doru doruk dounia
    doyinsola draga dragoș dragutin drahomír drahomíra drahoslav drahoslava dražen duane duarte
    dubán ducu duilio duje duma dumisani dumisile dumitra dumitrana dumitru duncan dunia dunja dupe
    durab durgesh durodola dursun dustin duuk duván dušanka dwayne dylano dávid dáša débora dénes
    dörte dörthe ebere eberhard eberhardt ecaterina eckard eckart eckehard eckhardt eckhart ecrin
    edda eddah edelbert edelgard edelmira edelmiro edeltraud edeltraut edeltrud edhitha edier
    edilberto edilma edilson edinah edinson edisson editha edmond edoardo eduar edvard edvin edwar
    eesaa eesha efrain efraín efrén eftimia eftimie egil ehan ehrenfried ehrentraud ehrhard ehsaas
    eider eijaz eira eiravati eitel eivor ejaz ejike ejlaal ekaja ekalinga ekani ekansh ekanta
    ekantika ekapad ekaraj ekavir ekbal ekene ekiya ekkehart eknath ekow ekrem ekta ekua ekundayo
    ekundu eladio elaf elango elcy eleanora elemér elenore eleonor eleonóra eleuterio elfi elfie
    eliabeth eliakimu eliana eliecer eligia eligio elijah eline elinor elis elisabeta elisaveta
    eliseo elisha eliud elizabeta elize eliáš elkana elkin elladio elli elliot elliott elly elma
    elmar elmer elmo elna eloah elodia elof eloisa elona elosy eloá eloísa elphas elpidio elsebeth
    elsie elsy elton elver elvia elvin elvy elvíra elyas elías emanoil emanuella emanuelly emanuil
    emelie emelina emely emese emigdio emilce emilian emiliana emilly emilse emiro emmaculate emmah
    emmerich emmi emperatriz emran emília enar encarna encarnacion encarnación encarnita engelbert
    engin engla enikő eniola enith ennio enno enock enver enzi enzio eoghan ephantus ephrem
    epifanio eraldo erasmo erastus ercan erdmute erdogan eremia erhard erhardt erina erkki ermanno
    ermenegildo ermes ernestina ernő erol ervin ervín eryk erzsébet esben esfandyar eshan eshana
    esila eskil esko esmarelda esmée esneider esparta espartaco espen espiridión estefanía estella
    ester estera estiven esupofo etela etelka etelvina ethel etizaaz etta ettore eufemia eufrosina
    eugine eugène eugénia eulália eunika eusebia eusebiu eustaquio eustațiu eutimio eutropio evald
    evaline evalyne evamaria evance evangelina evangelista evanghelina evaristo evelia evelien
    evelin eveline evelio evelína everline everlyne evert evie evita ewald ewatomi eylül ezekiel
    ezequiel ezhil faas fabián fabiënne fabricio fabrizia facundo fadekemi faderera fadime fahari
    fahmi faisa faizan falan falguni fanaka faqid faraj faraja farhiya farijika fariq farouk fatai
    fatteh fatuma faustino faye fazli febe fedde fedele federigo fehintola feisal feliciana
    feliciano feliks feline felipa felisa felista felister felistus felizitas fenna fenne ferdi
    ferdinando fergal ferhat feriel fermín ferney feroz fiamma fibikemi fidel fidela fidvi fiene
    fiifi fikayomi fikre filipa filipe filofteia filomena filoména fiodor fiorenzo fiorino firdaus
    firoz fitriani fiyaz flaviu flemming floare floarea floortje florea florencio florentin
    florentine florentino florența floriana florina florinda florián fodil folarin folashade folke
    folker folkert folu fortunata fortunato fouzia frado fran francia francisc franciska francoise
    francy franjo frankie frankline frans františek františka frančišek fraser fred freddy frede
    frederico frederika frederikke frederique fredi fredo fredric fredrick fredrika fredy fridah
    fridolin fridrich friedbert friedemann frieder friedericke friedhelm friedhilde friedhold
    friedl friedlinde friedo frusina fryderyk frédérique fulgencio fulvio fungai funke fábio fátima
    féline félix gabi gabino gabrielly gaby gagan gail gaja gajanan gakii galasso gallego galo
    gambo ganesan garima garrett garry gaspar gastone gastón gathoni gaurang gaurangi gaurika
    gautam gautami gayathri gašpar gbadebo gbenga gbolahan gbowoade geanina gebhard gedion geetha
    geetika gejza gelsomina genaro genet genoveva gențiana geofrey georgel georgeta georgette
    georgiana georgine geovanny geraldo gerdi gereon gerfried gergely gerhardt gerhart gerhild
    gerlind germaine germana germán gerold gerolf gerson gert gerta gerti gertraud gertraude
    gertraut gertrudis gertrúda gervasio gerwin gerónimo gesa gesare gesche getachew gethera
    getrude geza ghaalib ghaazi ghaffaar ghafoor ghaith ghalib ghanee ghanem ghannam ghasaan ghauth
    ghawth ghayoor ghazalan ghazanfar ghazanfer ghazawan ghazi ghazzal ghenadie gheorghiță
    gherghina ghilas ghiyaath ghiyath ghiță ghufran ghulaam ghulam ghunayn ghusharib ghusun ghutayf
    giacinto giacobbe giampiero giancarlo gianfrancesco gianfranco gianina gianluigi gianmarco
    gianpaolo gianpietro gicu gică gideon giel giesela gifty gilda gildardo giles gillis gilma
    gioacchino gioachino gioele gioffre gionata giorgian giorgiana giosuè giovanny gireesh giridhar
    girik girindra girish girma girolamo gisa gisbert gislinde gitau githinji gitonga gitta
    giulietta giustino gizela gizella gladis glauco godfrey godofredo godwin goffredo gohar gomathi
    gonçalo gopalakrishnan gopinath gorazd gorm gottfrid gotthard gotthilf gotthold gottlieb
    gottlob govinda gowri goyo gracia graciana graciano graeme graziano grazyna grațian grațiana
    grațiela greca greco grega greger gregg grigore griselda gráinne grégoire gréta guarino gudula
    guenter guenther gugulethu guillermina guiomar guiseppe gulfaam gulfam gulshan gulzar gunar
    gunasekaran gunbir gunborg gundel gundhild gundi gundolf gundula guneet guney gunhild gunn
    gunnel gunner gunter gunvor gurdeep gurli gurmeet guruprasad gustaw gusti gustáv gusztáv guusje
    gwenaëlle gyda gyöngyi györgyi győző gérard géza gönül gösta göte götz gülsen gülten gülşen
    habib habiba habibu habtamu hadassa hadija hadjer hafsa hafsat hagen haiba hailey hajnalka hajo
    haley halil halisi hamis hampus hamsini hanh hania hanife hanja hannabel hannchen hanne hannele
    hanni hanns hanny hansgeorg hansjoachim hansjürgen haralamb haralambie harambee harbhajan
    hardeep hardik hariharan harika harikrishna harinakshi harini hariom harita haritha harjeet
    harnail harol haroldo haron harro harshad harshal harshil harshita harshitha hartmuth hartwig
    harun harvinder haseena hashiki hasso hatima havva hawehindi haydée hazeem hedi hedviga hedvika
    hedy hege heidelinde heidelore heidemarie heiderose heidrun heidy heimo heinfried heini heino
    heitor hekima helfried heliodoro hellena hellmuth helma helmar helmtrud helmuth heloisa heloísa
    helén heléne hemal hemalatha hemang hemangini hemani hemlata hendra hendri henner henni henny
    henri henric henrieta henrietta henryk heracleea heraclio herberto herdis heribert herlinde
    herma hermelinda hermenegildo hermina herminia herminio hermína hernando herney hernán herta
    heru herwig hesbon hetal hezron hidaya hidde hieu hilario hildah hildburg hildegart hildegund
    hildegunde hilding hilkka hillary hillevi hilma hilmar hiltraud hiltrud himanshu hinnerk
    hipólito hiral hiranur hjalmar hjalte hjördis hocine hodan hodari hollie homero honoré horațiu
    horea horia hortense hortensia hortenzia horymír hosea houcine houda hredhaan hrishikesh hritik
    hrvoje hubertine hubertus hugo hugues hulda humaiya humberto humphrey hunor hussain huzaifa
    hymavathi håvard héctor hélène iacob iancu ianis iara iasmina ibaad iben ibeth ibidapo ibironke
    ibolya ibraaheem ibraheem ibán idika idrees idun ieremia iesa ifechukwu ifrah iftikhaar
    iftikhar ifunanya ignacia ignatz ignaz ignazio ignác ihsaan ihsan ihtesham ihtiram ihtishaam
    ihtsham ijaya ijli ikbal ikeoluwa iker ikhlaas ikraam ikram ikramah ikrimah ikshita ilan ilango
    ilarie ilarion ildefonso ildiko ilhan ilie ilinca ilonka ilyes imany imara imaran imelda imene
    imrich inaya indah indali inderjit indrajit indrani inez ingalill ingbert inge ingeburg
    ingegerd ingegärd ingela ingelise ingelore ingetraud ingetraut ingrida ingried inioluwa
    inmaculada inocencio inocențiu insa inès inés ioane ioanina iolanda ionela ionelia ionică ionuț
    iosefina iosif ippazio iqbal irem iretioluwa iridenta irine irinel irmela irmengard irmhild
    irmi irmingard irmtraud irmtraut irmtrud irungu irwan irya irén iréne isaack isabela isabell
    isabelly isac isack isadora isaiah isaque isaura isaya isaías iseoluwa isha ishani ishanvi
    ishaq ishola ishwar isidor isidoro isolde issack istvan itanya ituri itzel iulian iuliana iuliu
    iurie iustin iustina iustinian iveta ivka ivone ivonne iván iyabode iyadunni izaaz izidor iztok
    iľja çınar
"""
