"""More of what people are called, from J on, for `given_names`.

Must hold: as of `given_names`.
"""

from __future__ import annotations

FROM_J_ON = """
    jaabir jaafar jabbaar jabir jabr jacinto jackeline jackie jackline jaclyn jacobine jacobo
    jacopo jader jadranka jael jafar jafet jaffer jagadish jaganath jagannath jagat jagjit jagrati
    jagruti jagvi jahangir jahanzeb jahdami jahdari jahi jahiz jahm jaider jair jairaj jairo jairus
    jake jakov jalaal jalal jalees jalia jalil jalsa jamaal jameel jamil janaki janani janardhan
    janeta janeth janett jangwa janhavi jani janin janja janko jann janneth janni jannie jano
    januja janus janya japhet japheth jaqueline jarl jarolím jaromír jaromíra jaroslaw jasiri
    jasleen jasmijn jasmin jasmina jasminka jasmit jaspreet jasvinder jaswinder jatin javan javed
    javi javiera jayakumar jayalakshmi jayan jayant jayanta jayanth jayaraman jayashree jayasree
    jayda jayden jaylinn jayne jayshree jayson jazmin jazmín jeana jebet jecinta jedidah jeet
    jeevan jeevika jeferson jeff jeffery jeison jeisson jelagat jelka jelte jemimah jemma jemutai
    jenaro jenel jeniffer jenipher jennie jente jenő jepchirchir jepchumba jepkemoi jepkoech
    jepkorir jeppe jeptoo jeptum jeremi jeremías jerguš jerica jerker jermaine jernej jerneja
    jeronimo jerono jerop jerotich jerson jeruto jerónimo jesca jesse jessika jesusa jhalak jhan
    jhoan jhoana jhon jhonatan jhonny jhony jibin jigar jignesh jijo jillian jimmie jina jindřiška
    jinthe jinu jiri jitendra jithin jiřina joacim joann joaquina joash jobin jobst joby jochem
    jodi jodie jody joep joerg joey johanne johnathan johnnie johnson johnstone joko jolana
    jolanthe jolijn jolán jonatan jonathon jonny jonás jonáš joojo joram jordy jordán jorma jorn
    jort jorunn josefin josekutty josephat josette josiah josipa josphat josphine jost joséphine
    jouni jovita joydeep joyline jozef jozefína jozo joël joëlle joško jožef jožefa jožica juanito
    judita juergen juhani julieta julieth julija julijana julita juliusz julián juma jumaane juna
    juraj juri jurij jurre jussi justin justina justine justiniani justyna justína juul juwon
    jyothi jyotsna jytte jázmin jéssica józsef jörn júlia július jędrzej kaamil kaan kaashif kaazim
    kabeer kabir kabiru kachela kacper kadiatou kafeel kagendo kahina kahurangi kailash kaique
    kaitlin kajetan kajji kajsa kakoli kalaiselvi kalbi kaleem kaleema kalevi kalpesh kalpit kaluwa
    kalyan kalyani kamalesh kamilly kamlesh kamran kamya kanchan kanchana kanhaiya kanini kannan
    kaombwe kapil kara karaamat karama karani karanja kareem karimi kariuki karlfried karlijn
    karmen karol karolin karolína karthikeyan kartik kartika kartini kasam kashan kashangaki kashif
    kashish kashvi kasim kasimir kaskazi kassim katana katarína katcha katelyn katerine katharine
    katherin katherina kathi kati katlego katy kaushal kaushik kaustubh kauthar kavitha kawkab
    kawthar kaylee kayleigh kaysan kazim kazimír keano kebede keerthana keerthi keji kelli kelly
    kelsey kemboi kemuma kemunto kendra kenedy keneth kenn kennet kenny kenth kenyangi keoni kerri
    kerry kerubo keshav ketaki ketan keya keyaan keziah khaalid khaan khadra khamani khamisi
    khanyisile kiaan kiah kiapo kiarie kibafupia kibet kibibi kiburi kijana kijani kike kikelomo
    kilian kilonzo kimani kimanzi kimathi kimberley kimbilio kimeu kimmo kimutai kimya kinaya
    kinjal kinubi kinuthia kinyanjui kinyua kiojah kioko kipchirchir kipchumba kipenzi kipepeo
    kipkemboi kipkemoi kipkirui kipkoech kipkorir kipkosgei kipkurui kiplagat kiplangat kiplimo
    kipngeno kipngetich kiprono kiprop kiprotich kipruto kipsang kipyegon kira kiranmayi kirstine
    kirti kirui kishan kishor kishore kisima kitti kiume kiwara kjeld kjetil klaudie klavdija klavs
    klemen klement kliment klothilde klára kläre knud koech kojo kolawole koloman konradi konstanze
    konštantín korbinian kordula korede korinna korir kornelius kornél kornélia kosgei kosisochukwu
    koushik kovu kreszentia kreszenz kriemhild krisha krishnamurthy krishnan krishnaveni krishnendu
    krista kristen krister kristi kristiane kristie kristijan kristián kristjan kristofer
    kristopher kristy kristína kristóf krisztián krisztofer kritika krištof krunal krystal kryštof
    ksawery ksenija kuchanua kudzai kujoe kuldeep kulwant kumaran kumaresan kunibert kunigunda
    kunigunde kunle kuno kuria kuriakose kurian kurunzi kusiima kusum kvetoslav kvetoslava květa
    květoslava kwamboka kwamena kweku kweli kwesi kyalo kyan kyano kyara kyra kálmán károly käte
    käthe käthi kåre kévim labeeb labib lacey ladislau ladislaus ladislava ladli laeeq laetitia
    lahiah laia lailati laini laiq laith lajita lajlaj lakhwinder laksh lakshit lakshmanan lalit
    lalitha lalo lamberto lameck langalibalele langat laqeet larry lascăr latasha lateef latha
    latif latoya laureano laureen laurenz laurenția laurențiu lauretta laurian laurin laurits laus
    laust lautaro lavanya lavínia lawrencia laxman laxmi layth lazzaro lazăr laís leana leandra
    lebohang leela leena leider leidy leigh leire leke lekha lelia lemlem lenah lenn lennard
    lennarth leocadia leocadio leokadia leona leoncio leone leonel leonhard leoni leonore leontin
    leontina leopolda leopoldina leopoldine leopoldo leordean leoš lere leroy lesana lesia lesley
    lestari letiția letícia levoslav leydi leyre león liana liane liban libardo liberto libia libni
    libor libuša libuše liceth licia lică lida lidwina liesa liesbeth lieschen liesel liisa lijo
    lila liliane lilija lilijana liljana lillemor limazah linah lindah linnéa lino lioara lioba
    lipika lisandro lisanne liselott liseth lisette lissi lissy livio liviu liwia liyaaqat liyaqat
    lize lizeth lizz lizzy ljudmila lodovico loek loes loganathan lohit loice loida loise lolita
    lona londisizwe londiwe lonnie lopa lope loredana lorelei loreto lori lorin lorine lorna lotfi
    lothar lotti loui louie lourenço lovis lovisa lovre lovro loïs luan luara luay lubomír luboš
    luce lucențiu lucero luchino lucho lucija lucio lucreția lucrețiu ludmilla ludolf ludovico
    ludvig ludvik ludvík ludwina luděk luigina luisana luisina luitgard luiza lujza lumír lunna
    lupita luqmaan luqman lutf lutfi luuk luyanda luzie luísa lwandile lwazi lydiah lykke lyna
    lynda lynne lázaro lærke léon lívia lúcia lýdia lýdie lăcrămioara maahir maajid maalik maanas
    maanav maarit maawiya maaz maazin mabad mabel macarena macaria macario macharia mackenzie
    madaha madalena madan madani madelene madelief madhav madhava madhu madhumita madhusudan madini
    madiyan madlen madoa madyan mafalda magaly magarete magdalene magdaline magdolna magret magrit
    mahad mahadev mahalakshmi mahali mahaz mahbeer mahboob mahbub mahdee mahdi mahdy maheen
    mahendra maher maheshwari mahfooz mahfuj mahfuz mahika mahja mahmud mahulena maia maicol maida
    maija maiken maimuna maina maingi maitê majani majdi majdy majeed majken majvor makarand makau
    makayla makeen makini makoa makokha makori maks maksimiljan maksymilian makunga makuu malathi
    malene malik malini maliza mallika mallikarjun mallory malou malva malvina malvína malwina
    mamatha mamen mamta mamun manaia manas manasa manasi manbir mandar mandeep mandlakhe manel
    mangala manikandan manja manjeet manjula manjunath manjunatha manjusha manmohan manohar manola
    manole manolo manpreet mansi manthan manu manuelita manya marcantonio marcelino marcell
    marcelle marcheta marcia marcial marciano marcu mareen mareile margaretha margarethe margaréta
    margaud margita margitta margoth margrit mariah mariamma mariane marianela mariann marica
    maricela maricica maricruz mariechen mariele mariella marieluise marijan marijana marijn marini
    marinka marino marinus marioara mariola marion marisela marissa maristela maritta maritza
    marián marja marjana marjanca marjani marjeta markku markéta marlen marleny marliese marly
    marlén maroof maroš marten martim martino martirio martti martyn martí martín maruša marwa
    maryann maryanne maryse marzena marína masika masinde massinissa matei mateja mateus matevž
    matheo matheus mathew mathijs matias matija matjaž matouš matthäus matts matunda matyáš matúš
    maurilio maurine mauritz maurycy mavuno maximiano maximilián maximino maximo maxwel maxwell
    mayank mayerly mayra maysa mayte mayur mayuri maëlys maša mbali mbithi mboya mbugua mburu
    mcebisi mckenzie meagan mechthilde mechtild medard medha meenakshi mees meghan meghana mehboob
    mehul meik meinhard meinolf meinrad mekhala melania melchor mele melek melichar melisa melita
    melitta melker melle melvin melvine melwin melánia meral merche mercyline merethe merijn merve
    mery meshack mesut metka metod metrine micael micah micha michaele michail michala michelangelo
    micheletto michelotto michèle mick midhun mieszko miguela miha mihael mihnea mihály mijo mika
    mikaela mikayla mike mikkel mikuláš milada milagros milcah mildred milind milka milkah milla
    millicent milo miloslava milota milou miluše milán mimi mimmi mindy minenhle minodora mioara
    miodrag mirabela miran miraç mircea mirco mireya miriama mirian miron mirona miroslaw miroslawa
    mirriam mirsad mirta mirte mirthe miruna miryam misael mislav misuli mitali mitchelle mitesh
    mithilesh mithun mitică mitruț mitzy mizhir miłosz mkarkara mladen mlungisi mnqobi modupe
    mofifoluwa mohamedi mohamud mohand mohanraj mohini mohsin moisés mojca mojisola mojisoluwa
    mojmír momanyi monalisa monicah monja montserrat moradeke morayo moreen morenike morenikeji
    moreno morine morolake mosinmileoluwa mosunmola motunrayo mouloud moumita mounika mounir mourad
    moureen mourib mourine moyosore mridul mridula mrihani mrunal mthokozisi mubarak muchiri muema
    mueni mugambi mugdha mugendi mugo mugur mugurel muhallil muharrem muhazzim muhima muia muiruri
    mukhwana mukul mukund mulele muli mulwa mumo mumtaz munashe munene mungai munim munir munna
    munyao munyoki muralidhar muralidharan muriithi murilo murimi murithi muriuki murugesan musau
    musawenkosi musee musembi mushtaq musila mustapha musyoka musyoki mutai muthama muthengi
    muthoka muthoni muthu muthui muthukumar mutie mutinda mutiso mutisya mutua mutuku mutunga
    muturi muzaffer muzdahir muzhir mwamini mwanajuma mwanamisi mwangangi mwaniki mwanzia mwasaa
    mwaura mwende mwendwa mwezi mwikali mwiti myrthe mzamo márcio mária mário márk márta márton
    mátyás máxima máximo märtha måns mårten mélanie mélissa mónica mónika móric mădălin mădălina
    mălina mărioara măriuca mścisław naadir naail naajy naasih naasir naathim naazhim nabanita
    nabeeh nabeel nabhan nabigh nabih nabil nacer nachiket nacio nadeschda nadeshda nadežda nadhir
    nadim nadin nadir nadr naděžda naeem nafasat nafees nafesa nafis nafula nagaraju nagarjuna
    nagesh nageswara nahashon nahiara nahuel naiara naib nair naja najair najam najeeb najuma naki
    naksh nakul naliaka nalini nandakumar nandkishore nanjala nanna nanni naom naomy narasimha
    narasimhulu narayana narayanan narcis narcisa narciso narendra narimane naseem nashipie nasiru
    nasra nassim nastja natali natalija natalio natalja nataly natan natanael nataniel natarajan
    natasja natasza nataša natașa nath nathalia nathari natália natálie naud navin navjot navneet
    navya nawal nayara nayeli nayfa nayibe nazaret nazario nazim ndegwa nderitu ndeye ndirangu
    nduku ndumiso ndunge ndungu nduta necati nechifor nedda nedjma neelam neelima neetu nehemiah
    neider neja nekesa nela nelah nelcy nelima nelli nellie nelsy nelu nereida nesrine nevenka neža
    ngamia nganga ngari ngeni ngigi ngugi niara nicanor niccolò nichifor nichole nicholus nickson
    niclas nicoară nicodemo nicodemus nicodim nicolae nicolaie nicolaj nicolasa nicolaus nicoleta
    nicoline nicolás nicolò nicu niculina niculiță nicușor nicuță nidhi nidia nidra niek nienke
    nigel nigesa nihad nihal niharika niina nikau nikodem nikol nikolett nikoletta nikolina nikša
    nilda nilima nilo nils nilson nimakoah nimesh nimrat ninad ninetta ningsih ninioluwa ninthe
    niraj niranjan nirav nirja nirmal nirmala nishant nishanth nitara nitesh nithin nithya nitya
    nives niyilolawa nizam njabulo njagi njenga njeru njiru njogu njoki njozi njue njuguna
    nkazimulo nkiruka nkosana nkosinathi nobantu nobuhle noemí nohora nokulunga nolan nomagugu
    nomalanga nomasonto nomathalente nomathemba nomcebo nompumelelo nomusa nonhlanhla nonjabulo
    nonso noortje norberto norbey norica nosipho notburga nothando noud noxolo nozibusiso nozizwe
    noël noëlle nqobizitha ntimi ntombi nubia nuhu nuran nuray nurcan nurettin nurgül nurhayati
    nuriat nursel nurten nuru nusrat nuša nwabudike nyaboke nyaga nyakundi nyamai nyanchama nyasi
    nyawira nydia nynke nyoka nyokabi nyongesa nyoni nyuki nzioka nzomo nádia nándor nélida néstor
    nóra núria obaid obdulia obed obianuju ocampo ochieng octav octavian octaviana octaviu océane
    odalis odalys odeline odhiambo odika odongo oduor oeshi ogechi ogooluwa ojas ojasvi okechukwu
    okello okoth okumu oladare oladimeji olajide olajumoke olakunle olalla olanrewaju olansile
    olasunmbo olavi olayinka oldrich oldřich olegario olfert olgierd olimpia olimpian olimpiu
    olivie oliviu olivér oliwer oliwier olle olli olof ololade oloo olov olufemi olufunke
    olufunmilayo olumorotimi oluoch olusegun oluwafemi oluwagbemiga oluwakemi oluwamumibori
    oluwamuyiwa oluwasanmi oluwasegun oluwole olwethu olívia omair omaira omaja omari omeir omisha
    omkaar omkar omobobola omobolanle omodunni omolabake omolara omondi omosalewa omotara omotayo
    omotola omotoun omowumi omprakash omran omya ondieki onesmus onkar onofre onveer onyango
    onyinye opiyo opwonya orazio oreofe oreste orinder ortansa ortrud ortrun ortwin osha oskár
    osogo ossama ossian osunleke osvald osvaldo oswald oswaldo oswin otakar otfried othmar otilia
    otmar ottavio ottfried ottilia ottmar ottokar ottomar ottone ottó otávio otília otýlie ouanes
    ouma oumar oussama ovidio ovidiu oviya owais owethu owino owuor oxana oyenike oyindasola ozana
    ozioma oğuz oľga paca pacífica padmaja padmakumar padmanabhan padmavathi pahal paige palanisamy
    palle palmira pambe pamfil panagachie panait pancho pandian pandurang panfilo panini pankrác
    panya paoletta paramjit paraschiva paresh paride parsa parthiban parul parvathi parvathy
    parveen parvez pascual pascuala paskalia pasqual pasquale pastora patric patricie patricija
    patrizio patrícia patty paul paulette paulica paulino paulína pavan pavani pavao pavithra
    pavlína pavol payel peder pelaji pelayo pelle pellegrino penina peninah pentti pepijn pepita
    pepito peris perlita pernilla perry pervaiz pete petrana petre petrică petrișor petrona
    petronela petru petruț petruța phanice phelix phileine philemon philippine philis phillip
    phineas phylis pien pierangelo piergiorgio piergiuseppe pierina piermaria pierpaolo piersanti
    pietra pili pina pippa pirjo pirmin piroska pius piyali piyush pleun pleșu plinio plácido
    polina polona polonca pompeo pompilia pompiliu pomponio poncio pontus popobawa porfirio poul
    prabha prabhakar prabhakaran prabhat prabhjot prabhu pradip pradyumna prajakta pranali pranathi
    pranay praneel pranit prasanna prasanth prasenjit prashanth pratap prateek prathamesh prathap
    pratibha pratik pratyush pravallika pravin pravoslav preetha preethi prem premalatha premlata
    primitiva priscah priscila priscillah prisha priska priti priyadarshini profira prokop
    prudencia prudencio puccio puneet punit purnima purushottam pushpa pushpalatha pushti putri
    pánfilo pénélope pătru přemysl qaadir qaasim qabeel qabil qadar qadeer qadi qahtan qaim qais
    qamar qani qanit qareeb qarin qaseem qasid qasif qatadah qawee qays quadir qudamah quddoos
    qudoos quincy quinten quinter quinty quique quirino qurban qusay qushi qutaybah qutb qutub
    raaghib raagini raahil raakin raamis raamiz raashid raatib rabah rabar rabb rabbaanee rabbani
    rabea rabecca rabee rabi rabiah rabit racha rachael racheal rachit rachita rachna rada radeke
    radhakrishnan radhee radheshyam radhika radim radmila rado radomír radoslava radovan radovana
    radúz raed raees rael rafa rafan rafay rafaél rafee rafeek rafeeq raffael raffaela raffaellino
    raffaello rafi rafila rafiq raghav raghava raghavan raghavendra ragheb raghib raghunath
    raghuram ragini ragna ragner rahab raheel raheem rahmat rahmawati raija raik raimondo raimundo
    raissa rajab rajalakshmi rajani rajaram rajasekhar rajashekar rajata rajendran rajeshri
    rajeshwar raji rajinder rajko rajkumar rajni rajnish raju rakhi raksha ralph raluca rama
    ramachandran ramadhan ramakrishna ramakrishnan ramamurthy ramana ramanand ramanathan ramasamy
    ramazan ramdas rameshwar ramnath ramya ramzi ranbir randall randi randolf randy ranganathan
    ranieri ranjan ranjana ranjani ranjini ranjith ranveer raphaela rareș rashidi rashmika
    rastislav ratheesh ratna raul ravikumar ravindra ravindran ravishankar ravy rayaan rayana
    raymund razia reagan rebeca rebecka rebeka recep reece reena refilwe regine regitse regitze
    regína rehaan rehana reidun reijo reimar reimer reimund reina reinald reinaldo reine reinel
    reiner reingard reinhardt reinhart reinhild reinhilde rejith rembrandt remigio remo remus remya
    renan renee reni renjith rens renske renuka renáta reshoni reuben reyansh reyes reyna reynaldo
    rhavi rhoda riad rica ricardo ricciotti richardt richárd rick rickey ricky rico rida ridhi
    rigmor rigo rigoberto riitta rikard riley rini risasi rishabh rishi ritesh ritt ritu rituparna
    riya riyaz riza riziki rizky rizwan robby robertina robyn rochdi rochus rodah roderich rodgers
    rodica rodney rohaan rohini roko roksana roldán romanița romano romeo romolo romuald román
    ronal ronaldo ronith ronke ronni ronnie rono ronya roopa roos ropata roque rosalina rosalinde
    rosalva rosalía rosaria rosaura rosel roselinde roseline roselyn roselyne rosemary rosenda
    rosendo roshni rosi rosina rosl rosmarie rossana rostislav roswita rotich rotraud rotraut
    rouven roxelana rozalia rozalija rozália rubani rubiela rubina rucha ruchi ruchika rudolph
    rudra rufina rufino ruggero ruggiero ruhiu rujuta rukia rungo rupali ruperta ruperto rupesh
    rupinder ruqayya rushil russell rusul ruthild rutuja ruwaihim ruxanda ruxandra ruža ružena ryma
    régulo rémy róbert rómulo róza rózsa róża rúben rüdiger răducu răzvan růžena saabir saadat
    saadiq saafir saahir saaiq saajid saal saalih saalim saanvi saaqib saar saariyah sabah sabahat
    saban sabari sabas sabatino sabbir sabeeh sabil sabin sabiq sabir saboor sabri sabur saburah
    sabína sachchidanand sachi sadaka sadan sadanand sadao sadaqat sadashiv sadeed sadhana sadiki
    sadiq safia safiri safta sagar sagarika sahana sahil sahin saidi saim saira sairah sajid sajith
    saksham sakshi sakthivel salih salomea salomey salomé salomón salvi samaksh samama samanta
    samar samarth sambasiva sameer samesh sami samiksha sammy sampath samson samu samwel samweli
    samy sanal sanaya sanchita sancho sandalio sandi sandile sandip sandu sangeetha sani sanika
    sanja sanjana sanjoy sanket santanu sante santhanam santino sanya saood sapna sarafina sarala
    saraswathi saraswati sarika sarina saritha sarojini sarthak saswata satheesh sathish sathvik
    sathya sathyan saturnina saturnino satyajit satyam satyanarayana satyendra saumu saumya saurabh
    saurav sauti sava saverio saveta savina savitha savithri sayali saúl saša sašo scott sebastiaan
    sebastijan sebastião sebastjan sedat seetha sefer segilola segismundo sekar selamawit selena
    selvi semenica semisi semra sena senn senol senta senthilkumar sepp serafina serafín serah
    sergej sergiu sergius serine serpil servác seshadri sessa sevda seve severiano severina
    severino severo severín seye sezen shaban shabana shabbir shadrack shailaja shailendra shailesh
    shakeel shakuntala shalaka shalini shamsuddeen shani shanmugam shannon shantanu shantha sharada
    sharath shari sharif sharmila sharvari shashank shashikala shashikant shaurya shawana shawna
    shay sheena sheetal shehu sheilah sheilla sheillah shekhar shekoni shelia shelley shelly shem
    sheri sherri sherry sheryl shibani shibu shida shikha shilpi shirish shital shivakumar shivam
    shivangi shivani shivansh shivaraj shoaib shobha shobhana shraddha shravan shravya shridhar
    shrikant shrinivas shripad shubhangi shubhra shyam shyamala sian siaosi sibilla sibille
    sibonelo sibongile sibusisiwe sibylla siddhartha siddhesh siddhi sidonia sidónia siegbert
    sieghard sieglinde siegmar siegmund siegrid siegried siegrun siegward siem sifa sifuna sigfrid
    sigfrido sigfried sigge sigismund siglinde sigmar sigmund signe sigvard sihawukele sijuade siku
    sila silas silja silondile silvano silvestre silvestro silvian silviana silvie silviu silvo
    simen simi similoluwa simina simisola simiyu simphiwe simran simão simón sinaida sindhu sindy
    sinică siniša sione siosaia siphesihle siphiwe sireesha sirpa sithembiso sivakumar sivaraman
    sivert sixten siya sizwe skolastika slamet slavka slavko slavomír slavomíra slavěna slawomir
    slobodan sláva smaranda smitha snehal snehalatha sneider snježana sofi sofiane sofija soledad
    solomon solvej solène somadina somasundaram somnath somtochukwu sonali sondre songül sonny sonu
    sophy soraia sorana sorin sorina sosimo souad soufiane souma soumia soundarya sourav sowande
    sowmya soňa spandana speranța sphiwe sravani sravanthi sreejith sreekumar sreelakshmi srečko
    sridevi srikant srikanth srilakshmi srilatha srinivasa srinivasan srinivasulu sriram srividya
    stacie staffan stana stanca stancu stanislaus stanislaw stanka stanko stanley steen stef
    stefani stela steliana stella stellah stellan steluța stephany stephene sterre stewart stian
    stig stilla stina stiven stjepan stojan sture stéphanie subash subhadra subir subomi
    subramaniam subramanian subramanyam subrata sucheta suchitra sudarshan sudeep sudhakar
    sudhanshu sudheer sudhindra sudiksha sudip suganya suhani suhas suhasini suja sujatha sujay
    sukanta sukanya sukhdev sukhwinder sulastri sulistyo sulochana sumana sumanth sumathi sumayya
    sumitra sunanda sundar sundaram sundari suneel sungara sunitha sunmisola supratik supriya suraj
    surajit surekha surendra suresha surjit surya suryadi suryakant suryanarayana suryansh susanita
    susann suse sushant sushil sushma sushmita susi susilo sussanne sussie sutrisno suus suvendu
    suze svante svatopluk svatoslav svea svenning sverre svetozár svätopluk světlana swaleh swapan
    swapna swapnil swaroop swathi swen swetlana sybilla sylivia sylke sylvana sylvio synnøve
    szilveszter szilárd sándor sára sânziana sérgio sílvia sönke sören sørine sükrü taahaa taahir
    taaj taalib taamir taanish taariq taban tabassum tabish tade tadeen tadej tadeja tadeo tadesse
    tadeáš tadhg tafazal tage taha tahawwur taheem tahmaseb tahmeed tahmid tahoor tahseen taial
    taimur taina taisir taja tajammal tajammul tajudinn takatifu talal talat talha talhah tali
    talib tamam tamanna tambika tami tamilselvi tammie tammy tamrat tamu tanay tanimu tanish tanmay
    tanmayi tanner tanveer tapan tarak tarfaan tarun tarzícius tarık tasha tasneem tassilo tavita
    tawkeel tecla teddy teea teerth teguh teja tejas tejaswini tejinder tejs telemaco telmo telse
    temidayo temilade temistocle temitayo teobaldo teodoro teodosia teodosio teofil teohari teona
    tere terese teresia teresiah teresita terezija terrance terri teréz terézia tess teun tevita
    teófila teófilo thabani thabisa thabisile thabiti thaddäus thalente thales thandazile thando
    thandolwethu thangam thankachan thao thato thea theda thembeka thembekile thembile thembisile
    theobald theodoro theresia therése thies thijmen thijn thilaga thinhinane thirumalai thom
    thomasina thoralf thore thorwald thulani thulasi thuo thure thuthukile thành théo théodore
    théophile thảo tiago tiberia tiberiu tibor tiburcio tichomír tiffany tijmen tijn tijs tilen
    tillmann tilly tilmann tilo timm timmy timon timotei timotej timoteo tinashe tinca tincuța
    tindra tine tirdad tirthankar tirza tisa tishk titilayo tito titus tivadar tiziano tjaša
    tobiloba tobiáš toby todd tokunbo tola toluwani toluwanimi toma tomasa tomaž tomi tomislav
    tommi tomo tomori tomàs tomé toni tonia tonino tonje tonny tonya tope tora toralf torbjörn
    torbjørn tord tore torgny toribio torill torquato torvald tova toño traci tracie traian trang
    traude traudel traugott traute tricia trini tripti tristán triveni triya troels trond trude
    trudel trudi tsehay tshegofatso tsuma tudor tudora tudorița tudosia tuere tufani tukufu tulia
    tulio tullio tumelo turid turvi tushar tuulikki tycho tygo tymon tymoteusz tyra tyson tímea
    tülay tülin türkan ubaadah ubadah ubaid ubaidah ubaldo ubay ubayd ubaydullah uberto ubika
    ucchal uchenna udant udarsh udeera udyati uffe ugarte ugochukwu ugolino uhban ujamaa ujjwal
    ujunwa ujwala ulfat ulises ullrich ulrica ulrik umaarah umair umande umang umar umashankar
    umoja undine unnati unni unnikrishnan upadhriti upasna upendra upkaar upma urbano uriel
    urishilla urmi urmila uroš urrab ursel urte urvashi urvi urša urška uršuľa uschi usharani
    ushindi usiku usman utkarsh uttam uzima vagn vahar vaidehi vaishali vaishnavi vajèn valary
    valborg valdemar valentijn valentim valentin valentine valentino valentín valentína valeri
    valerij valerija valeriu valero valeska vallary valter valèria valér valéria vamakshi vamshi
    vamsi vandana vanesa vanitha vanja vansha vanya varalakshmi varenya varghese varsh varsha
    varvara vasana vasantha vasanthi vasatika vasavi vasco vasil vasilica vasilică vassilios
    vasudev vasudevan vasudha vasundhara vavrinec vedant vedhika vedika vedran veena veer veera
    veeresh veerle vegard veit veli velma velmurugan venancio venceslás vendela vendelín vendula
    venera veniamin venkata venkataraman venkataramana venkatarao venkatesan venkateshwara
    venugopal verner vernon veronicah veronique vicenta vicenția vicențiu vickie victoire
    victoriano victorino victória vidal vide vidhi vidhya vidyadhar viera vieroslava viggo vighnesh
    vignesh vigo vihaan vijayakumar vijayalakshmi vikrant viktorie viktória vilde vilgot vilhelm
    vilhelmina viliam viliami viljem villads vilmer vilém vimala vinaya vinayak vince vincenc
    vincentio vincenza vincențiu vineeth vineetha vinicio vinita vinko vinodini vinzenz vinícius
    viorela viorica vipul viraj virendra virgilio viridiana virág visarion vishakha vishnu
    vishwanath vishwas viswanathan vitalis vitus vitória vivaan viveka vivekanand viviane vivianne
    vladimíra vlado vlaicu vlastimil vlădelina voichița voicu vojtech volkhard volkmar vratislav
    vratko vrinda vrishti vritti vusi vusumuzi vuyani vyanjana víctor vítor vítězslav víťazoslav
    věra waahid waail waajid waceera wachira wadee wadi wadood wafae wafeeq wafi wafiq wafula wahab
    wahb wahban waheed wahhaab wahhaaj waida wainaina wairimu waithera wakeeta waldtraut walentina
    walfried walli wally walther waltraut waltrud wamalwa wambua wambugu wamwema wangari wangila
    wangui wanja wanjohi wanyama wanyonyi warda warhi waridi warinder warjas warren warsame waseme
    wassim watika waweru wayan wazir weddy weena wekesa weldon wenche wencke wendolin wera wesley
    wesonga wessel whitney wibke widisha widodo wieslaw wigbert wilber wilder wilfredo wilfrido
    wilfriede wille willfried willi willian willibald willibert willie willis willy wilman wilmar
    wilmer wilson wiltrud winfred winni winny wiremu wishi wladimir woldemar wolfhard wout
    wriddhish wridesh wulf wuraola wyatt wycliff wycliffe wálter xalak xaver xavi xenia xiomara
    xiti xobeen xolile xénia yaaseen yachana yacine yadavi yadid yadira yafi yafir yaghnam yagnesh
    yago yahia yahvi yahya yahyaa yair yaiza yakobo yaman yamar yameen yamid yamile yamini yanet
    yaneth yanis yanti yanto yaqeen yaqoot yaqub yared yasaar yaseen yashasvi yashaswini yashawini
    yashem yashica yashoda yashodha yashodhara yashvi yashwant yashwanth yasinta yasmín yasser
    yasti yatan yathrib yatin yauvani yavuz yawar yawer yazan yazeed yazmín yecid yeferson yeimy
    yeison yejide yenifer yenny yeny yeraz yergha yerson yesenia yesid yesoob yfke yilmaz yina
    yineth yinka yinthe ylva ylvie yochana yogendra yogita yohana yohane yolima yolotzin yoshita
    youba youcef younes yousra yrsa yudi yudy yuli yuliana yulieth yuly yunis yurani yurany yureed
    yuridia yury yussuf yutika yuvraj yésica yéssica zaafir zaahid zaahir zaakir zabir zablon
    zacarías zacharia zacharias zacharie zachary zackariya zaeem zafar zafeer zafir zafrul zahaar
    zaharia zaheer zahi zahid zahir zahnya zahri zahrun zahur zaib zaid zaida zaitra zaituni zakayo
    zakhele zakir zalak zalán zamfir zamfira zandile zane zansi zarar zaraza zarna zashil zauqi
    zaweel zayan zayyan zayyir zbyněk zdenko zdeňka zdislava zeeshan zeferino zehaan zehnia zehra
    zeki zeljko zelma zende zenia zeno zenobia zenon zenovia zenta zenzele zenzile zerdad zerihun
    zewad zibuyile ziggy zikmund zilmil zimran zina zinal zinzi zipporah zita zlatica zlatko zoey
    zofija zoja zora zoraida zorka zsanett zsigmond zsombor zuba zubin zuhri zulfiqar zulma
    zumaridi zuwayhir zuwena zvonka zvonko zwatie ábel ágata ágatha ágnes águeda ákos álex ámbar
    ángela ángeles árpád áurea ângela ângelo änne åbjørn èric édgar édith édouard élisabeth élise
    élodie éléonore émile émilie éric érica ëakumbu íngrid íris ísis íñigo óliver óscar örjan östen
    özkan øivind øjvind ørni øvli øystein øyvind úrsula đuro đurđica ľubica ľubomír ľubomíra ľubor
    ľuboslav ľuboslava ľuboš ľudmila ľudomil ľudomila ľudovít şerife şeyma šarlota šime šimon špela
    štefan štefanija štefica štefka štefánia štěpán štěpánka šárka žaneta željka želmíra žiga
    žigmund živa žofia žofie șerban ștefana
"""
