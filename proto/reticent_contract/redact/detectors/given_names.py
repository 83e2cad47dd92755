"""What people are called in some thirty languages and nothing else is, for `called`.

Must hold: in lower case; no word, no product, no place and no month, which logs have with a
capital: `Ruby`, `Victoria`, `Jan`. Surnames are only those that are words as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator

from reticent_contract.redact.detectors.given_a_to_i import FROM_A_TO_I
from reticent_contract.redact.detectors.given_j_to_z import FROM_J_ON
from reticent_contract.redact.detectors.model import words
from reticent_contract.redact.detectors.vocabulary import is_english

_FIRST = """
    aaliyah aarav aaron abbas abdallah abdoulaye abdul abdullah abebe abena abigail abimbola achieng
    achim adaeze adalbert adam adebayo adel adela adele adeline adeola adetola adil aditi aditya
    adjoa adnan adolfo adrian adriana adriano adrien adwoa afua agata agathe agnes agneta agnieszka
    agostino agustin ahmad ahmed ahmet aicha aidan aiden aiko aileen aina aino aisha aissatou aitana
    ajay akari akash akihiro akiko akinyi akira akosua akshay akua alain alan alana alastair albert
    alberto albrecht aldo alejandra alejandro alejo aleksander aleksandr aleksandra aleksei aleksey
    aleksi alemayehu alena alessandra alessandro alessia alessio alex alexander alexandra alexandre
    alexandru alexei alexey alexis alfonso alfred alfredo ali alicia alina alisa alison alistair
    aliyah aliyu allison alma almaz almudena aloysius alphonse alva alvaro alvin alyssa amadou amaka
    amalie amanda amara amarachi ambroise amelia amelie amina aminata aminu amir amira amirah amit
    amita amparo amy ana anabel anais anand ananya anastasia anastasiya anatoly anders andile andre
    andrea andreas andrei andres andrew andrey andrii andrzej andrés andy aneta anette anežka angela
    angelika angelina angelique angelo angus anika anil anisa anita anja anjali anke ankit ankita
    ann anna annabel annabelle annalena anne annegret annelie annelies annemarie annette annick
    annie annika annikki anouk ansgar anthony antje anton antonella antonia antonin antonina antonio
    antonis antti anuj anusha anya aoife apostolos arash archana archibald ariadna ariana arianna
    arif arild arjan arjen arjun arkadiusz arlene arlo armand armando armin arnaud arne arno arnold
    aroha aron arshad arthur artur arturo artyom arun aruna arvid arvind arūnas asad asha ashish
    ashley ashok ashwin asif aslan asli aslı astrid asuka atanas athanasios atsuko atsushi attila
    aude audrey augustin aurelie aurelien aurelio aušra avinash axel ayaan ayaka ayako ayanda ayda
    aydin aydın ayesha aylin ayman ayodele ayse ayşe azadeh aziz babak babatunde bahar balaji
    balwinder balázs baptiste barbara barbora barnabas bart bartek bartholomew bartosz bartłomiej
    barış bastiaan bastian batoul beata beate beatrice beatrix beatriz begoña behrouz bekir belen
    belinda benedek benedetta benedict benedikt benedikte bengt benita benjamin benoit benoît bente
    berenice berit bernadette bernard bernardo bernd bernhard bertha berthold bertil bertram
    bertrand beryl betsy bettina betty beverly bhavana bhavesh bhavna bianca bilal birgit birgitta
    birgitte birte bjarne bjoern björn bjørn blanca blandine blanka blaž bo-ra bogdan boglárka
    bohdan bohumil boitumelo bojan bolanle bongani boris borislav bozena bożena bram branislav
    branko brecht brenda brendan brian bridget brigida brigitta brigitte bronisław bronwyn bruce
    bruno bryan bryony budi bukola burak burcu burkhard bálint cagri caitlin cameron camila camilla
    camille camilo canan caoimhe carina carla carles carlo carlos carlota carlotta carmel carmela
    carmen carole caroline carolyn carsten casey caspar catarina caterina catharina catherine
    cathrine cathy cecile cecilia cecilie cedric cees celia celina celine celso cem cemal cerys
    cesar cezary chaim chandan chandler chantal charlene charles charlie chebet cheikh cherono
    cheryl chetan chiamaka chiara chidi chidiebere chidinma chiho chimamanda chinedu chinonso chinwe
    chioma chipo chirag chloe chloé christa christel christelle christiaan christiane christina
    christine christoph christophe christopher christos chukwudi chukwuemeka ciara cillian cinzia
    claas claire clara clarissa claude claudia claudine claudio claus clemence clement clementine
    clothilde colette colin colleen concetta conchita conor conrad constantin constantinos consuelo
    corentin corinna corinne cornelia cornelis cornelius cosimo cosmin costas cristian cristiano
    cristina cristobal csaba csilla curtis cynthia cyprian cyril cyrille czesław daan dagmar dagny
    daiki daisuke dalia damian damiano damien damilola damir dana daniel daniela daniele daniella
    danielle danijel danil danilo danuta daphne daria darina dario dariusz darko darlene darren
    darya dave davide davor dawid dayo deborah debra deepa deepak deepika deepti deirdre delia
    delphine delroy demetrios denise deniz dennis denys derek derya desiree desislava desmond detlef
    devendra devika dhruv diana diane didier diego dieter dietmar dietrich dilara dilip dimitar
    dimitra dimitri dimitrios dimitris dinesh dirk divya djordje dmitri dmitrii dmitriy dmitry
    dmytro dolores domenico dominic dominik dominika dominique donald donatella donna dora doreen
    dorian doris dorota dorothea dorothee dorothy dorte douglas dragan dragana dragica dragos dragoş
    dusan duygu dušan dylan dzmitry dániel dóra eamon ebba ebru ebuka eckhard eddie edgar edgardo
    edina edison edita edith edmund edmundo edna eduard eduarda eduardo edward edwige edwin edwina
    eetu efe efua egbert egon ehsan eileen eilidh eimear einar eino eirik eivind ekaterina ekkehard
    eklavya elaine eleanor elena eleni eleonora eleonore elfriede elham eliane elias elif
    eliisa elikem elin elina elio elisa elisabet elisabete elisabeth elisabetta elise elizabeth
    eliška elke ellen ellie ellinor elodie eloise elsa elsbeth elvira elwira elzbieta elżbieta
    emanuel emanuela emanuele emeka emil emile emilia emiliano emilie emilija emilio emily emine
    emir emma emmanuel emmanuelle emmy emre endre enes enrica enrico enrique enzo erhan eric erica
    erich erick erik erika erin erkan erland erling erna ernest ernestine ernesto ernst erwan erwin
    esma esmee esmeralda esra esteban estela estelle esther estrella eszter ethan etienne eugen
    eugene eugenia eugenie eugenio eugeniusz eulalia eun-ji eun-jung eunice eusebio eva evan
    evangelia evangelos evelina evelyn evelyne evgenia evgeny ewa ewan ewelina eyal ezgi ezra fabian
    fabiana fabien fabienne fabio fabiola fabrice fabrizio fadi fadila faisal faiza falko fanny
    farah farai farhad farhan farid farida faruk fatih fatima fatma fatou fatoumata fausto faysal
    federica federico fedor felicia felicitas felicity felipe femi femke ferdinand ferenc fernanda
    fernando ferran fiachra filip filippa filippo filiz finbar finlay finley finn fiona firat fitri
    flavia flavien flavio fleur florencia florentina florian florica florin folake franca francesca
    francesco francine francis francisca francisco franciszek franck francois franek franka franz
    franziska françois françoise frauke freddie frederic frederick frederik frederike fredrik freya
    frida frieda friederike friedrich friso frithjof fritz frode frédéric fumiko funmilayo furkan
    fırat gabin gabor gabriel gabriela gabriele gabriella gabrielle gael gaetan gaetano galina
    gamze ganesh gareth gaspard gaspare gaston gaurav gauri gavin gašper geert geeta geir gemma
    genevieve geneviève gennadi gennady geoffrey georg george georges georgina georgios georgy
    gerald geraldine gerard gerardo gerd gerda gergő gerhard gerlinde gernot gero geronimo gerrit
    gertrud gertrude gesine ghada gheorghe ghislaine giacomo giada gianluca gianna gianni gijs
    gilbert gilberto gilles gillian gina ginevra gino gintaras giorgia giorgio giorgos giovanna
    giovanni gisela gisele gitte giulia giuliana giuliano giulio giuseppe giuseppina gizem gladys
    glenda glenn gloria golnaz gonzalo gopal goran gordana gordon gottfried govind graciela graham
    grazia graziella grażyna greg gregor gregorio gregory greta gretchen grete gretel grethe griet
    grietje grzegorz guadalupe gudrun guglielmo guido guilherme guillaume guillermo guiying gunda
    gunilla gunnar gunther guntram gurpreet gustaf gustav gustavo gwen gwendolyn gwyneth gyula
    györgy gábor gökhan göran gülay gülsüm günter günther hadiza haile hakan halima halina halldór
    halvor hamid hamisi hamza hana hanna hannah hannelore hannes hannu hans hansjörg hanspeter
    haoran haralampos harald hari harish harold harpreet harriet harrison harry hartmut haruka
    haruki haruna haruto harvey hasan hassan hassiba hatice hauke hauwa haydar hayden hayley hector
    hedda hedvig hedwig heidi heike heikki heiko heiner heinke heinrich heinz helen helena helene
    helga helge helle hellen hellmut helmut hema hemant hendrik hendrika henk henriette henrik
    henrike henrique henry herbert heriberto hermann hermine herve hervé hideki hideo hikaru hilal
    hilary hilda hilde hildegard hildur hilke hilmi hina hinata hinrich hiroki hiroko hiromi hiroshi
    hirut hitesh hitomi hoang holger honza horacio horst hossam hossein hubert hugh huong huseyin
    hussein hye-jin hyejin hyun-woo hyunwoo håkan håkon hülya hüseyin iain ian ibrahim ibrahima
    ichiro ida idris ieva ifeanyi ifeoma ignacio ignacy ignatius igor ihab ikenna ilaria ildikó
    ileana ilias ilija ilja ilka ilkka ilona ilse ilya ilze iman imane imke imran imre ina indira
    ines inga ingeborg ingemar inger ingmar ingo ingolf ingrid ingvar ingvild inigo inka inken inês
    ioan ioana ioanna ioannis ionel ippolito irena irene irenka irfan irina irma irmgard isaac
    isabeau isabel isabella isabelle isaias ishaan ishita isidora isidro ismael ismail ismet
    isobel issa istván itziar iulia ivan ivana ivanka ivar ivica ivo ivona iwan iwona izabela
    izaskun jaakko jaan jaap jabulani jacek jacinta jacintha jacob jacqueline jacques jada jadwiga
    jagdish jaime jakob jakub jamal james jamie jamila jana janae jane janet janette janez janice
    janina janine janis janna janne janneke jannes jannik jannis janos janusz jared jarek jari jarle
    jarmila jarno jaroslav jaroslava jarosław jasna jason javier jayanti jayesh jean jeanette jeanne
    jeannette jeannine jefferson jeffrey jelani jelena jelle jen jenna jennifer jenny jens jepkosgei
    jeremiah jeremias jeremie jeremy jeroen jerome jerry jerzy jesper jessica jesús ji-hoon ji-hye
    ji-woo ji-yeon jiahui jianguo jianhua jiaqi jihoon jihye jill jim jimena jimmy jin-ho jin-woo
    jindřich jingyi jirina jitka jiří joachim joakim joan joana joanna joanne joao joaquim joaquin
    joaquín jocelyn jochen joel joelle johan johann johanna johannes john johnny jolanda jolanta
    jonah jonas jonathan jonna joop joost jordi jorge jorgen joris jose josef josefa josefina
    josefine joseph josephine josh joshua josiane josip josué josé jovan jovana joyce joão juan
    juana juanita judit judith judy juha juho jukka julian juliana juliane julianna julie julien
    julienne juliet juliette julio jun-ho jung-hee junko jurgen jutta juuso jyoti jános jérôme józef
    jörg jörgen jørgen jürg jürgen jānis jūratė kaarina kader kadir kaede kagiso kaisa kaitlyn kaito
    kaja kalina kalle kalpana kamal kamala kamau kamil kamila kanako kaori karabo karan karel karen
    karim karima karin karina karine karl karla karlheinz karlo karola karolina karoline karsten
    karthik karthika kasia kaspar kasper katalin katarina katarzyna kate katerina kateřina katharina
    katherine kathleen kathrin kathryn kathy katia katica katie katja katrin katrina katrine katsumi
    katya kaveh kavita kavya kayla kayode kazimierz kazuki kazuko kazuo keabetswe keanu kees kehinde
    keiko keisha keith kelechi kellie kemal kenan kenichi kenji kenneth kenta kerem kerstin kevin
    khadidja khadija khadijah khaled khalid khalifa khalil kiara kieran kimberly kimi kinga kipchoge
    kiptoo kiran kirill kirsi kirsten kirsti kirstin kirsty kjell kjersti klaas klara klaudia klaus
    klemens knut koen kofi koji kolbjørn komal konrad konstantin konstantina konstantinos konstanty
    kornelia kostas krishna kristian kristiina kristin kristina kristine kristof kristoffer kristýna
    krisztina krystian krystyna krzysztof kseniya kumar kunal kurt kwabena kwabla kwadwo kwaku kwame
    kwasi kyle kylie kyoko kübra lachlan ladislav laila laima lajos lakshmi lalita lamar lamine lara
    larisa larissa lars lasse laszlo lata latifa latisha laura laure lauren laurence laurens laurent
    lauri laurie lavinia lawrence layla lea leah leandro leanne lech leif leila leilani lejla lena
    lene leni lenka lennart leo leon leonard leonardo leonid leonie leonor leonora leopold lerato
    leslie leszek leticia letizia levent levente leyla li-ling liam lidia lidija lieke lieselotte
    lieven ligia liis lilia lilian liliana lilith lilla lilli lillian lilly lina linda lindani
    lindiwe lindsay lindsey linh linn linnea lionel liora lisa lisbet lisbeth lise liselotte livia
    ljiljana ljubica ljubomir logan loic lokesh lola lorena lorenz lorenza lorenzo loretta lorraine
    lotta lotte louis louisa louise lourdes loïc luana luc luca lucas lucia luciana luciano lucie
    lucien lucila lucille lucinda lucrezia lucy lucyna lucía ludger ludmila ludovic ludovica ludwig
    ludwik luigi luis luisa luise luka lukas luke lukáš luminița lungile lutz luzia luís lydia lydie
    lyubov lyudmila lászló léa maaike maarja maarten maartje maciej maddalena madeleine madeline
    madhavi madhuri madina mads maeve magali magda magdalena magdaléna maggie magnus mahamadou
    mahesh mahmood mahmoud mahmut mahnaz maik maike maira maite maja makena makoto maksim maksym
    malcolm malena malgorzata malika malin malina malte mamadou manabu mandisa mandla mandy manfred
    manish manisha manju manoj manolis manon mansoor manuel manuela manuella marc marcel marcela
    marcelina marceline marcella marcello marcelo marcin marcio marco marcos marcus mareike marek
    maren margaret margareta margarete margarida margarita margaux marge margherita margit margot
    margret margrethe marguerite maria mariam mariama marian mariana marianna marianne mariano
    maribel marie mariela marielle marietta marija marije marijke marika marilena marilyn marina
    marinela mario marisa marisol marit marita marius mariusz mariyam marjan marjatta marjolein
    marjorie marko markus marleen marlena marlene marlies marlis marloes marlon marta marte martha
    marthe martijn martin martina martine martyna marvin marwan mary maryam maryna maría masako
    masashi masato masego massimiliano massimo matej mateo mateusz matha mathias mathieu mathilda
    mathilde mathis matilda matilde matous mats matt matteo matthew matthias matthieu matti mattia
    mattias matías matěj maud maura maureen maurice mauricio maurits maurizio mauro mawuli maxence
    maxim maxime maximilian maximiliano maya mayumi małgorzata mechthild meena meera megan megha
    megumi mehdi mehmet mehrdad mehtap mei-ling meike melanie melike melina melinda melissa meredith
    merel merete meriem merja merle mert meryem meseret metin mette mia micaela michael michaela
    michal michalis michał micheal michel michela michele michelle michiel michiko miguel mihaela
    mihai mihail mikael mikhail miki mikko miklós mikołaj mila milana milena milica milos miloslav
    miloš min-jun min-seo minako minatare mindaugas mingyu minh minjun minna minoru mira miranda
    mireia mireille mirela mirella miriam mirja mirjam mirjana mirko miroslav miroslava mirosław
    misaki mitchell mitsuko miyuki mizuki moa modou mogens mohamad mohamed mohammad mohammed mohan
    mohit moira molly momoko monica monika monique morag morgane moritz morten moses moshe moussa
    mpho mthunzi muhammad muhammed mukesh mulugeta murali murat muriel murugan mustafa mwajuma
    mwanaisha mwangi myriam myrtle máté märta māris nabila nadeem nadezhda nadia nadine nadja nadège
    nagaraj naima naledi nam-joon namrata nancy nandini nanette naoko naomi naresh narges nariman
    nasir nasreen nasser nastasia natalia natalie nataliia nataliya natalya natascha natasha
    nathalie nathan nathaniel naveen nayra nazanin nazia nazli nebojša neema neeraj neha neil nejc
    nele nelly nenad nerea nermin nevena ngoc ngozi nguyen nhlanhla niall niamh nicholas nicklas
    nico nicola nicolai nicolas nicole nicoletta niels nieves nikhil nikita nikki niklas niko nikola
    nikolai nikolaj nikolaos nikolas nikolaus nikolay nikos nilay nilesh nilgün nina nino nisha
    nitin nizar njeri njoroge nkechi nnamdi nneka noa noah noel noelia noemi nokuthula nomsa
    nomthandazo nomvula noor nora norah norbert noriko norma noura noémi noémie nthabiseng nuno
    nuria nurul nyambura nyasha obafemi obinna obioma oceane octavia octavio odette odile ofelia
    okan oksana olabisi oladipo olaf olamide olav oleg oleh oleksandr oleksii olena olga oliver
    olivia olivier oliwia oluchi olumide oluwaseun oluwatobi omar omer omphile ondrej ondřej onur
    onyeka oonagh orhan oriana oriol orla ornella orsolya osama oscar oskar osman otieno ottilie
    otto ousmane owen oya oyelaran pablo padma padraig palesa pallavi paloma pamela panagiotis
    pankaj paola paolo parisa parvaneh parvati parvin pascale pasi patrice patricia patricio patrick
    patrik patrizia patryk paula paulina pauline paulo pavel pavla pavlina pawan pawel paweł pedro
    peggy pekka pelin penelope percival peregrin pernille perrine petar peter petr petra petri
    petros petter phil philip philipp philippa philippe philomena phoebe phuong phyllis pia piedad
    pierluigi piero pierre piet pieter pietro piia pilar pinar piotr placido pooja poonam pradeep
    prakash pramod pranav prasad prashant praveen preben preeti prisca priscilla pritam priya
    priyanka przemek przemysław pyotr päivi péter pınar qasim quang quentin quirin rabia rachana
    rachel rachid radek radha radka radoslav radosław radu rafael rafaela rafał raffaele raffaella
    raghu ragnar ragnhild rahel rahim rahma rahul raimund rainer raisa rajan rajat rajeev rajendra
    rajesh rajeshwari rajiv rakel rakesh ralf ramesh ramiro ramon ramona ramón rana rania ranjit
    raphael raphaël raquel rasheed rashid rashida rashmi rasmus ravi rayan raymond raúl rebecca
    rebekah rebekka reem regina reginald rehema reidar reiko reinhard reinhold reinier rekha remi
    renata renate renato renaud reneé renu renzo rené renée reshma reto revathi reyhan reza rhea
    rhiannon rhonda rhys ricarda riccardo richard rickard rieke riikka rikke riku rina rita ritika
    ritva roald robert roberta roberto roberts rocco rocío roderick rodolfo rodrigo roel rogelio
    roger rogério rohan rohit roisin roland rolando rolf romain romana romane romina romy ronald
    ronan ronja ronny rosa rosalba rosalia rosalie rosalind rosalinda rosamund rosanna rosario
    rosemarie roshan rosie rosita roswitha roxana roxane roza ruben rubén rudi rudolf rukhsana rumen
    rupert ruslan rutendo rutger ruth ruud ružica ryan ryo ryoko ryota ryszard ryunosuke réka
    rémi róisín saad sabina sabine sabrina sachiko sachin sadia saeed safiya sahra saida saidou
    sakari sakiko salah saleh salim salima sally salma salman salome saloni salvatore samantha samir
    samira samuel samuele samuli sandeep sander sandhya sandra sandrine sandro sangeeta sanjay
    sanjeev sanna sanne santhosh santosh santtu saoirse sara sarah saravanan sarita sascha saskia
    satish satoko satoshi satu saul savita sawsan sayaka seamus sean sebastian sebastiano sebastien
    sebastián seda seema sefa segun seija seiji sekou selam selim selin selina selma selorm selvam
    semih sencer senthil seo-yeon seong-min seppo serap serdar serena serge sergei sergey sergi
    sergio serhat serhii serkan severin sevgi sevim seydou seán seçil shabnam shadi shahid shane
    shankar shanthi sharon shashi shaun shauna shawn sheela sheila shelby sherif shigeru shilpa
    shinji shinjiro shirin shirley shizuka shmuel shreya shruti shubham shun-ichi shweta sibel
    sibusiso sibylle siddharth sidonie siegfried sigrid sigrun sigurd silje silke silvana silvester
    silvia silvio simbarashe simeon simin simon simona simone simonetta sindre sini siobhan siobhán
    sipho sissel siti siyabonga sjoerd slavica slávka smita sneha snežana snorri sofia sofie sofía
    sohail solange solveig somchai sonal sonia sonja sonya sophia sophie soraya soren sota sotiris
    soumya spyros sridhar srinivas srđan stacey stacy stanislas stanislav stanislava stanisław
    stavros stefan stefania stefanie stefano steffen steffi steinar stelian stephan stephane
    stephanie stephen steve steven stevie stijn stine stuart stéphane subhash sudha sudhir sujata
    sukru suleiman suman sumit sunil sunita sunniva suresh susan susana susanna susanne sushila
    susie suzana suzanne suzette svein sven svenja svetlana svitlana swantje swati sybille sylvain
    sylvester sylvia sylvie sylwia szabolcs szilvia szymon séamus sébastien søren süleyman sławomir
    tabea tabitha tadashi tadeusz tafadzwa tahir taiwo takashi takeshi takumi takuya tamara tamika
    tamsin tamás tanisha tanja tanvi tanya tapani tapio tapiwa tarek tariq tarja tatenda tatiana
    tatjana tatsuya tatyana tebogo teemu temitope tendai teodor teodora teppo terence teresa tereza
    terje terrence terttu tesfaye tessa thabo thalia thandeka thandiwe thanh thaís thekla
    thelma themba theo theodor theodora theodore theodoros theresa therese thiago thibault thibaut
    thierry thijs thilo thomas thorben thordis thorsten thuy thérèse thórdís tigist tiina tijana
    tilman tim timea timo timothy timothée tiphaine tiziana tjorven tobias tobiasz todor tolga
    tolulope tom tomas tomasz tommaso tommy tomoko tomás tomáš tony toomas torben torsten tove
    tracey traudl trevor trine tristan tsegaye tshepo tsitsi tsubasa tuan tunde tuomas tuula tuva
    tuğba tuğçe twan tyler tyrone tzvi tünde uche uday ufuk ugo ugochi ulf uli ulla ulli ulrich
    ulrika ulrike umberto umesh umut unathi ursula urszula usha ute uwe vaclav vadim vaibhav
    valentina valentyna valeria valerie valeriia valerio valeriy valery valérie vanda vanessa
    vangelis varun vasanth vasile vasiliki vasilios vasilis vasily vasyl vedat veikko velimir venkat
    venkatesh verena verica veronica veronika verónica vesna vibeke vicente vicki vicky victor
    victorine vidar vidya vigdis vijay vijaya vikas vikram viktor viktoria viktorija viktoriya ville
    vilma vilmos vimal vinay vincent vincenzo vineet vinicius vinod violeta violetta viorel vipin
    virginie virpi vishal vitali vitaly vitor vittoria vittorio vivek vivian viviana vivien vivienne
    vjekoslav vlad vladimir vladimira vladimír vladislav vlasta vojtěch volkan volker volodymyr
    vsevolod vuyo vyacheslav vytautas václav véronique vít wael wafa wahyu walburga waldemar walid
    walter waltraud wambui wanda wanjala wanjiku wanjiru waseem wayne weiming wendelin wendy wenke
    wenzel werner wiebke wieland wiesław wiesława wijnand wiktor wiktoria wilfred wilfried wilhelm
    wilhelmina wilhelmine willem willemijn william wilma wim winfried winifred winnie witold
    wojciech wolfgang wouter władysław włodzimierz xavier xiaoli xiaoming ximena xinyi xiulan xolani
    yaakov yael yakov yamuna yana yann yannick yannis yaroslav yasemin yash yasin yasir yasmin
    yasmina yasmine yassin yassine yasuko yegor yehuda yekaterina yelena yetunde yevgeny yewande
    yiannis yichen yifan yigit yitzhak yiğit yngve yogesh yohannes yoko yolanda yolande yonas yosef
    yoshiko yousef youssef youssouf ysabel yu-jin yuichi yuki yukiko yulia yuliia yuliya yumi
    yun-hee yunus yuri yurii yuriy yusuf yusuke yutaka yuto yuval yuxuan yves yvette yvonne yūki
    zahra zainab zainabu zaira zakaria zanele zaneta zarina zawadi zbigniew zdenek zdenka zdeněk
    zdravko zdzisław zeenat zeina zeynep zhanna zhiqiang zhivko zihan zinaida zineb zinhle zixuan
    zlata zlatan zodwa zofia zohra zoltan zoltán zoran zoé zoë zsolt zsuzsanna zsófia zubair zuleika
    zuzana zuzanna zvonimir zygmunt ádám álvaro ángel áron åke étienne ömer özge özgür özlem łukasz
    żaneta željko živko ștefan ștefania
"""
# Words that are given names before a surname: Grace Okonkwo, Ruby Patel.
NAMES_OF_WORDS = words(
    """
    asunción ascensión caridad concepción consuelo dolores esperanza felicidad mercedes natividad
    piedad remedios socorro trinidad vera
    amber april ash august autumn bill blessing brandy brook carol carter chase christian cliff
    crystal daisy dale dawn dean dot drew duke earl eve faith frank gene ginger glen grace grant guy
    harmony hazel heather holly hope hunter iris ivy jack jade jan jasmine jay jordan joy june king
    lance lane lily lloyd mark mason may melody miles morgan nick olive parker pat patience pearl
    precious prince prudence ray reed rich robin rod rose rowan ruby sandy skip sterling sue summer
    taylor terry victor victoria violet wade will
    """
)
_LETTERS = str.maketrans("\u0142\u00f8\u0111\u0131\u00e6", "lodia")
_NO_FOLDED = words(
    "adelaide anda angel catalina isis lois masa mate marti maxima orni reka sime tome tono"
)


def _folded(name: str) -> str:
    """As programs and mailboxes spell it: lukasz."""
    parts = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _given_names() -> frozenset[str]:
    names = words(_FIRST) | words(FROM_A_TO_I) | words(FROM_J_ON)
    return names | {
        folded
        for folded in map(_folded, (name for name in names if not name.isascii()))
        if len(folded) > 3 and folded not in _NO_FOLDED | NAMES_OF_WORDS and not is_english(folded)
    }


class _Names(Collection[str]):
    """Names in lower case, kept as texts have them: in UTF-8, with a capital."""

    __slots__ = ("capitalised",)

    def __init__(self, names: Iterable[str]) -> None:
        # Of a dict, as a set of so many has room for three times as many.
        self.capitalised = dict.fromkeys(map(_capitalised, names)).keys()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _capitalised(name) in self.capitalised

    def __iter__(self) -> Iterator[str]:
        return (name.decode().lower() for name in self.capitalised)

    def __len__(self) -> int:
        return len(self.capitalised)


def _capitalised(name: str) -> bytes:
    return (name[:1].upper() + name[1:]).encode()


GIVEN_NAMES = _Names(_given_names())
# Of those, what a sentence begins with as well: Mark Foo as read.
VERBS_TOO = words("bill chase grant hope hunter mark may rich skip will jack dot drew summer king")
# Words that people have behind a given name: Jun-ho Seo, Kofi Page.
SURNAMES_OF_WORDS = words(
    """
    bailey baker banks barber bell bird bishop black blue bond booth bridges bright brook brooks
    brown burns bush butcher butler carpenter carter case chance church clay cole cook cooper cross
    ak ay er oz su day dean dyer east farmer farrow field fields fisher flood flowers ford forest
    foster fowler fox
    frost fry gardener gates glass glover gold good grant gray green grey grove hall hand hardy hart
    hayes head heath hill holt hood hooker hope horn house hunt hunter joy judge keen key king
    knight lake lamb lane law lee lie lim little lock long love major march marsh marshall martini
    mason may mercer miller mills moon moss noble north nurse oh page palmer park parker parsons
    pass perry pike plant pope porter potter power price prior quick rain reed reeves rice rich
    rivers root rose salt sanders seo sharp shepherd silver singer small smith snow son song spring
    stark steel stern stone strong summers sun sung swan swift tan taylor temple thatcher turner
    underwood vale wall ward waters weaver webb wells west wheeler white wild winter winters wise
    wolf wood woods wren yoo york young
    """
)
