"""Words of everyday English, for `vocabulary.is_word`: titles of rooms, courses, goods and menus.

Must hold: as of `lexicon`; none is a usual name of people.
"""

from __future__ import annotations

EVERYDAY = """
    abdomen abroad absorb abstract absurd abundant academia academic academy accent accuse ace
    ache acid acorn acoustic acre acrobat actress adana adhesive adjective admire adriatic adult
    adulthood advent adventure adverb aegean aerobics aeroplane affair afghan afraid africa
    african agenda airbag aircraft airfare airfield airline airmail airplane airport airship
    airtight alaska albania albanian album alchemist alchemy alcohol ale aleppo algebra algeria
    algerian algiers alkali alley alliance alligator allotment almanac almond almost aloof
    alpaca altar altitude alto aluminium aluminum amateur amazement amazing ambience ambition
    ambitious ambulance ambush amenity america amethyst amphibian amplifier amsterdam amuse
    analogy anatolia anatolian anatomy ancestral anchovy ancient andalusia anecdote anger angola
    angry animal ankara ankle annex annexe annoy ant antalya antarctic anteater antelope anthem
    anthill anthology antimony antique antler antwerp anxiety anxious anyhow ape apologise
    apologize apology apostle apparel appetite appetizer applaud applause appraisal apricot
    apron aptitude aquarium aquatic aqueduct arab arabia arabic arc arcade archery architect
    archway arctic argentina argentine argon arid armadillo armchair armenian armistice armor
    armour army aroma aromatic arrest arsenal arsenic arson art artery artichoke artillery
    artisan artist artistic ashamed ashtray asia asian asleep asparagus asphalt aspirin assault
    assembly assistant assorted assyrian asteroid asthma astrology astronaut astronomy asylum
    atelier atheist athens athlete athletic atlanta atlantic atrium attendant attentive attic
    attitude attract aubergine auckland aunt australia austria austrian auxiliary avalanche
    avenue avocado awake award awesome awful awkward awning axe azeri aztec baboon baby babylon
    bachelor backache backdrop backpack backyard bacteria badger badminton bagel baggage baghdad
    bagpipe baguette bahrain bailiff bake bakery balcony balkan ballad ballet balloon ballot
    ballroom balm baltic ban banana band bandage bangkok banister banjo banknote banquet baptism
    barbecue barbed barbell barcelona barcode bargain barge barista baritone barium barley barn
    barracks barrel barren barrister bartender baseball basel basin basque bassoon bath bathe
    bathmat bathrobe bathroom bathtub battalion battle bavaria bay bazaar beach beaded beak
    beaker beautiful beauty beaver bedroom bedside bedspread bedtime bee beehive beekeeper beer
    beet beetle beetroot beg beginner beijing beirut belarus belgian belgium belgrade belief
    believe bellboy belly beloved belt bend bengali beret berlin betray beverage bible bicycle
    bike bikini billiards bingo biography biologist biology birdcage birdhouse birth birthday
    biscuit bismuth bison bistro bite bitter bizarre blackmail blackout bladder bland blanket
    blazer bleach bleed blender bless blind blissful blizzard blonde blood bloody blouse blow
    blueberry blurry blush boar boardwalk boast boat bobsleigh bodyguard bodywork bog bogota
    boil boiler bold bolivia bolivian bologna bombay bomber bone bonfire bonsai bookcase
    bookshelf bookshop bookstore bootcamp bordeaux boredom borough bosnia bosnian boston botany
    botswana boulder boulevard bouncer bountiful bouquet boutique bow bowel bowl bowtie boxers
    boxwood boy boyfriend bra bracelet braid brain brake bran brass bratwurst bravery brazil
    brazilian bread breakdown breakfast breast breath breathe breed breeze breezy brewery
    bribery brick bridal bride bridle briefcase brigade brilliant brine brisk brisket bristol
    britain british brittle brno broaden brocade broccoli brochure bromine brooch broom broth
    brownie bruges bruise brunch brunette brush brussels bubble bucharest buckle buckwheat
    budapest buddhism buddhist budgie buffalo buffet buggy bugle bulb bulgaria bulgarian bulgur
    bulky bulldozer bullet bully bumblebee bumper bumpy bun bungalow bunk bunker bunkhouse bunny
    burden bureau burglar burglary burgundy burial burma burn burner burrito burrow bursa bury
    busker butter butterfly byway byzantine byzantium cab cabaret cabbage cabin cabinet cactus
    cadet cadmium cafeteria cage cairo cake calcium calculus calcutta calendula calf calico calm
    cambodia cambridge camel camp camper campfire campsite canada canadian canal canary cancer
    candid candle canoe canteen canyon cape caper capsule caption caracas carafe caramel caraway
    cardamom cardboard cardigan cardinal career careful caretaker carnation carnival carousel
    carp carpentry carpet carpool carrot cart cartilage carton cartoon carve cashew cashier
    cashmere casino casserole cassette castile casual casualty catalan catalonia catalyst
    cathedral catholic cattle caucasian caucasus cauldron cause cautious cavalry cave cavern
    caviar cedar ceiling celebrate celebrity cellist cello celtic cement cemetery census cent
    centipede ceramic cereal certainty chair chairman chalet chalk chameleon champagne champion
    chaos chapel chaplain charade charcoal chariot charm charter chatter chauffeur cheat
    checkmate checkup cheddar cheek cheer cheerful cheese cheetah chemical chemist chemistry
    cherub chess chest chestnut chic chicago chick chicken chickpea chiffon childcare childhood
    childish chile chilean chime chimney china chinese chisel chives chlorine chocolate choir
    choke cholera chop chopstick chord chore chorus chowder christmas chronicle chubby chuckle
    chutney cider cigar cigarette cinder cinema cinematic cinnamon circus citadel citrus civil
    clam clap clarify clarinet clarity classical classy claw cleanser clearance cleaver clergy
    clever climate climax climb climber cling clinical clipper cloak cloakroom clockwork clog
    cloister closet closure cloth cloudy clove clover clown clubhouse clue clumsy clutch coal
    coarse coast coastal coaster coastline coat cobalt cobble cobbler cobra cockerel cockpit
    cockroach cocktail cocoa coconut cocoon cod coffee coffin coin cola colander coleslaw
    collage collar college cologne colombia colombian colony colorful colossal colourful combat
    comedian comet comfort comic commando committee communion commuter companion competent
    complaint compost compote concept concert concerto concierge concrete condemn condiment
    condo conductor cone confess congo congress conquer conquest conscious consulate contempt
    contest continent convent convict convince cooker cooking cool coolant coop copper cord
    cordial cordless corduroy coriander cork corkscrew corn cornea corporal corporate corridor
    corrosive corsica cosmetic cosmic cosmos costume cosy cot cottage cougar cough counselor
    countess county coup couple courage courgette courtyard couscous cousin couture cow cowardly
    cowboy cowgirl cozy crab crabmeat cracker cradle craft craftsman cranberry crate crayfish
    crayon crazy cream creamy creative creator creature creche creek creep crepe crescent crest
    crete crib cricket crime criminal crimson crispy criterion critic criticism criticize
    croatia croatian crochet crockery crockpot crocodile croissant crooked croquet crossword
    crouton crowd crown crucial crucifix crude cruel cruelty crumb crumble crunchy crusader
    crush crust crutch cry cuba cuban cubicle cuckoo cucumber cuddle cuff cufflink cuisine
    cultivate cultural culture cumin cunning cup cupboard cupcake curator curb curd cure
    curiosity currant curse curtain cushion custard custodian custody cute cutlery cyclone
    cylinder cymbal cypriot cyprus czech dad daddy daffodil dagger dairy dairymaid dam damascus
    damask damp dance dancer dandelion danger danish daring dartboard darts daughter daybreak
    daycare daydream deaf dear debate debt debut decanter decent decisive deck deckchair decor
    decoy decree deer defeat defective defend defense deficit defrost delhi deli delicacy
    delicate delicious democracy demon den denim denmark dental dentist deodorant deputy derby
    describe desert desk despair desperate dessert destroyer detergent detroit devil diabetes
    diagonal dialect dialogue dialysis diameter diaper diarrhea diarrhoea diary dice diesel
    dietitian difficult dignity dilemma diligent dill diminish dimmer dinar diner dinghy dinner
    dinosaur diocese diorama diploma diplomacy diplomat disaster disc disciple discreet discus
    disguise disgust dish dismissal dispenser distant dive diverse dividend divorce dizziness
    dizzy doctorate dog doghouse doll dollar dollhouse dolphin dome domestic dominance dominant
    domino donkey donut doorbell doorknob doorman doormat doorstep doorway dorm dormitory dose
    doubtful doubtless dough doughnut dowel downhill downpour downtown downwards dowry drab drag
    dragonfly drama dramatic drape drapery draught dread dreadful dream dreamy dresden dress
    dresser driftwood drill drink driveway drizzle drought drug drum drummer drumstick drunk
    dryer dual dublin duchess duck duckling duel duet duffel dull dumbbell dumpling dune
    dungarees dusk dust dustbin duster dustman dustpan dutch dutiful duty duvet dwarf dye
    dynamite dynasty eager eagle ear eardrum earmuffs earn earphone earplug earth earthworm
    earthy easel easter eastern eat eatery eccentric eclectic eclipse eco ecology economic
    economist ecuador edible edinburgh edirne educate educator eel egg eggplant ego egypt
    egyptian elaborate elbow elder elegance elegant elephant elite elk ellipse elm embark
    embassy emblem embossed embrace emerald emerge emigrate eminence emotion empathy emperor
    empire employer empress enamel enchanted encore endeavour endurance endure energetic england
    engraver engraving enjoy enlist enormous enquiry ensemble entertain entrance entree envious
    envy enzyme epidemic episode equation era ergonomic eruption escalator escort esperanto
    espresso essay essence estate estonia estonian etching eternal ethanol ethical ethics
    ethiopia ethiopian etiquette etude euro europe european evergreen everyday evident ewe
    excavator excerpt excited excursion excuse exhibit exile existence exotic expansion expense
    expertise explorer explosion explosive extensive eye eyebrow eyelash eyelid eyeliner
    eyeshadow eyewear fable fabulous facade facial faculty fade faint fairway fairy faithful
    falafel falcon fame familiar familie famous fancy fantastic fantasy fare farewell farmhouse
    farmland farmyard fascinate fashion fasten fat fate father fatigue faucet favour fear feast
    feat feather feet fellow feminine fennel fermented ferret ferry fertile festival festive
    feta fever fiance fiancee fiction fierce fig fight figurine filament filet filipino fillet
    fin finale financial finland finnish fir firearm firefly fireman fireplace fireside firewood
    fireworks firm fish fishbowl fisherman fishery fist fjord flair flake flame flamingo
    flammable flare flatbread flatter flatware flautist flavour flawless flea flee fleece
    flemish flesh flipper flock floorplan floral florida florist flour flourish flower flowerbed
    flowerpot flu fluent fluffy fluid fluorine flute foal foam fog foggy foil fold folk folklore
    follower fondness food foolish foosball foot footage football foothill footpath footrest
    footstep footstool footwear forbid forearm forehead foreigner forestry forever foreword
    forge forgery forgive forklift fort fortress fortunate fortune fossil foul founder foundry
    fountain foyer fracture fragile fragrance fragrant franc france franchise frankfurt frankly
    frappe freckle freedom freelance freestyle freeway freezer freight freighter french fresco
    friar friction fridge frigate fright fringe fritter frog frontier frosted frosting frown
    frugal fruit fruitful fryer fudge fulfill funeral funfair funny fur furious furnace furnish
    furniture furry fury gaelic galaxy galley gambler gambling garage garden gardener garlic
    garment garnish gas gasket gasoline gatehouse gauze gaze gazebo gazelle gdansk gear gearbox
    gelatin gelato gem gemstone generous genetics geneva genius genoa genre gentle gentleman
    gently geography geologist geology georgian geranium gerbil germ germanic germany geyser
    ghana ghanaian ghetto giant gigantic giggle gilded gin giraffe girl giveaway glacier glad
    glamorous glamour glance gland glasgow glass glassy glaze glazier gleam glide glider glimpse
    glitter globe gloomy glorious glossary glossy glove glow glue gluten gmbh goalie goalpost
    goat goatee goblet god goddess goggles goldfish golf gondola goodbye goodwill goose gorge
    gorgeous gorilla gospel gossip goulash gourmet governor gown grab grabber gracious grade
    graffiti granary grand grandma grandpa grandson granite granola grape grapevine grasp grass
    grassland grate grateful grater gratitude gravel graveyard gravy graze great greece greedy
    greek greenery grenade grief grill grin grind grinder grip grits groan grocer grocery groom
    grotto grout growth guacamole guardian guatemala guava guestroom guidance guidebook guilt
    guilty guinea guitar guitarist gulf gull gum gummy gun gutter gym gymnasium gypsum gyro
    habit habitat haddock hail hair hairbrush haircare haircut hairdryer hairpin hairspray
    hairstyle haiti haitian halal halfway halibut halloween hallway halter hamburg hamburger
    hamlet hammock hamper hamster handbag handball handbook handcuff handicap handmade handrail
    handsome handwoven handy handyman hangar hanger hanoi hanukkah happily happiness happy
    harbor harbour hardcover hardship hardwood harmonic harmonica harp harpoon harsh hasten
    hasty hat hatchback hatchet hate hatred haul havana hawaii hawk haystack haze hazelnut
    headache headband headboard headlamp headlight headline headphone headrest headscarf heal
    heart hearth heartily heartland hearty heatwave heavily hebrew hedge hedgehog heel heir
    heirloom heist helipad helium hell helmet helpful helpline helsinki hem hemp hen herbal
    herbalism herbalist herd heritage hermit hero heroic heroine hesitate hexagon hexagonal
    highway hiker hiking hilarious hillside hilltop hindi hindu hinduism hinge hip hippo
    hispanic historian historic hittite hobby hockey hoe hog holistic hollow hollywood holy
    homeland homemade homepage homestead homework honduras honest honesty honey honeycomb
    honeymoon honour hoodie hoof hoop hopefully hopscotch hormone hornet horoscope horror
    horseback hose hospice hostage hostel hostess hotdog hotel hotline hound hourglass house
    houseboat household housewife howl hue hug hum humble humid hummus humor humorous humour
    hungarian hungary hunger hungry hunting hurdle hurricane hurry husband hut hyacinth hydrant
    hydrogen hyena hygiene hymn hypnosis ice iceberg icebox iceland icelandic icicle icing icy
    idea idiom idol idyllic ignorance ignorant iguana ill illusion imaginary imagine imitate
    immense immersion immigrate immune impartial imperial impress impulse inca incense incentive
    inclusion incubator india indian indonesia indoor indulge infant infantry inferior infirmary
    influenza informal injury inkwell inlay inlet inn innkeeper innocence insect insight insist
    insole inspire instinct insulin insult intact intense intensive intercom interlude intestine
    intimate introduce intuition invade invasion inventor iodine iran iranian iraq iraqi irish
    iron irritate islamic islander isle israeli istanbul italian italy itch izmir jackal jacket
    jaguar jakarta jam jamaica jamaican japan japanese jar javelin jaw jawbone jazz jealous
    jealousy jeans jeep jelly jellyfish jerusalem jet jeweled jeweler jeweller jewellery jewelry
    jewish jigsaw jockey jogging joint joke joker jolly jolt jordanian journey joyful joystick
    jubilee judaism judgment judo jug juggler juggling juice juicer juicy jukebox jumper
    jumpsuit juncture jungle junior jury kabul kaftan kangaroo karachi karaoke karate kayak
    kazakh kebab keen keepsake kennel kenya kenyan kerb kerchief kerosene ketchup kettle keyhole
    keynote khaki kidney kiev kilogram kilometer kilometre kimono kin kindle kingdom kinship
    kisses kitchen kite kitten kiwi knack knapsack knead knee kneel knife knit knitwear knock
    knockout knot knuckle koala kohlrabi konya koran korea korean kosher krakow kumquat kurdish
    kuwait kyiv kyoto kyrgyz laborer labour labourer labyrinth lace lacquer ladder ladle lady
    ladybird ladybug ladyship lager lagoon lagos lahore lake lakefront lakeside lame lampshade
    land landlady landmark landslide lantern lanyard laos lap larder lark lasagna lasagne lather
    latte latvia latvian laugh laughter laundress laundry lava lavatory lavender lavish lawful
    lawn lawnmower lawsuit laxative leaflet leafy league lean leap leash leather lebanese
    lebanon lecture lecturer leech leeds leek leg legendary leggings leipzig leisure lemon
    lemonade lemur lend lender lens lentil leopard letterbox lettuce lever liberal liberty libya
    libyan lice lick licorice lifebuoy lifeguard lifestyle ligament lightbulb lighter lightning
    lilac limb limeade limestone limousine linen liner lingerie linguist lion lioness lipstick
    liqueur liquid liquor liquorice lira lisbon literacy literary lithium lithuania litter liver
    liverpool livestock lizard ljubljana llama llc loaf lobster locket locksmith lodge lodger
    loft logistics lollipop lombardy london loosen lorry
    loser lot lotus lounge louse lovely lover loving
    loyal loyalty lozenge ltd lullaby lumber luminous lump lunar lunch lunchbox lunchroom
    lunchtime lung lust lute luxurious luxury lychee lynx lyric macaroni macedonia machinery
    machinist mackerel mad madrid magazine magical magician magnesium magnetic magnetism magnify
    magpie mahogany maid mainland maize majestic majesty makeup malaria malaysia malaysian male
    mali mall malt malta maltese mammal mandarin mandolin mane manganese mango manhattan
    manicure manila manor mansion mantel maple marathon marble marinate marmalade marquee
    marrakesh marriage marseille martial marvelous marzipan mascara mascot masculine massage
    masseur massive mast maternity matinee mattress mausoleum mauve mayan mayhem mayor maze
    meadow meal mealtime measles meat meatball meatless meatloaf mechanic medal mediation
    medicine medieval meditate medley megaphone melbourne mellow melon melt memo memoir
    memorable men menace menagerie menswear mental menthol mercury meringue merit mermaid
    messenger messy metal metallic metalwork meteor methane metro mexican mexico mezzanine miami
    mice microwave midday middleman midsummer midweek midwife midwinter mighty migraine mild
    mildew mile milk milkman milkshake mill milliner millstone minaret mince miner mineral
    mineshaft miniature minibar minibus minigolf minister mink minsk minstrel mint miserable
    misery missile mist mistress mite mitten mixer mixture moan moccasin modest modesty moist
    moisture moldova moldovan mole molecular molecule mom mommy monarchy monastery monetary
    mongol mongolia mongolian monk monkey monopoly monsoon montreal monument moonlight moose mop
    moral moroccan morocco mortgage mosaic moscow mosque mosquito motel moth mother motivate
    motive motor motorbike motorway motto mound mountain mourn mousetrap mousse moustache mouth
    mouthful mrs mud muddy muesli muffin mufti mug mule mum mumbai mummy mumps munich mural
    murder murderer murmur muscle museum mushroom musical musician musket muslim muslin mussel
    mustache mustard mutiny mutton myanmar mystery mystic mystical myth mythology nairobi naked
    nameplate namibia nanny nantes nap napkin naples nappy narrative narrator nasty nature
    naughty nausea naval navel nearby neat necessity neck necklace nectar nectarine needle
    negligee neon nepal nepalese nepali nephew nerve nervous netball nettle neurology newborn
    newcomer newlywed newspaper newsstand newt nibble nicaragua nickel nickname niece nigeria
    nigerian nightclub nightfall nightgown nightlife nightmare nighttime nitrogen nobility
    nocturnal nocturne nod noisy nominate noodle nook nordic normandy northeast northern
    northwest norway norwegian nose nostalgia nostril notary nougat nourish novelist novelty
    nowadays nuance nuclear numerous nun nunnery nursery nurture nut nutmeg nutrition nutshell
    nylon oak oar oasis oat oatcake oath oatmeal obedient obelisk obituary objective oblige
    oblong oboe obscure obsession obstruct ocean oceania oceanic octagon oddly odor odour
    odyssey offence offend offense offspring ogre oil oilcloth oily ointment okra olives olympic
    oman omelet omelette omen oncology onion operetta optician optics orangutan orbit orchard
    orchestra orchid ordeal ordinance oregano organ organism oriental origami originate ornament
    ornate orthodox osaka oslo ostrich ottawa otter ottoman outback outboard outbreak outdoor
    outfit outhouse outpost outskirts outward oval ovary oven overcoat overseas overture owl
    oxford oxidation oxygen oyster pacific pacifier paddle paddock padlock paella pagan pageant
    pagoda pail pain painful painless paintball painter pajama pakistan pakistani palace palate
    pale palermo palestine pamphlet panama pancake pancetta pancreas panda pandemic panorama
    panoramic panther panties pantomime pantry pants papaya paperclip paprika papyrus parable
    parachute paradise paradox paraguay paramedic parasite parasol parchment pardon parish parka
    parking parlor parlour parmesan parody parole parquet parrot parsley parsnip particle
    passage passover pasta pastel pastime pastor pastrami pastry pasture patchwork patchy patent
    pathway patient patio patriot patron pavement pavilion paving paw pawn pawnshop payday pea
    peace peaceful peach peanut pear peasant pebble pecan peculiar pedagogy pedal pedestal
    pedicure pelican pellet pelmet pen pencil pendant penguin peninsula penknife pension
    pentagon penthouse peony pepper perch performer perfume pergola peril persia persian
    personnel persuade peru peruvian peso pet petal petition petrol petticoat pew pewter pharaoh
    pheasant physician physicist physics pianist piano piazza picket pickle picnic pie pig
    pigeon piglet pilates pile pilgrim pill pillar pillow pinafore pinball pinch pine pineapple
    pinecone pinnacle pioneer pipette pistachio pistol pitcher pitchfork pitta pity pizza
    pizzeria placemat plague planet plank planter plaque plasma plaster plastic plateau platinum
    platoon playful playhouse playpen playroom plaza plc plea plead pleasant pleasure pleat
    plentiful pliers plimsoll plinth plough plow plum plumber plumbing plump plunder plunge
    plunger plush plutonium plywood pneumonia pocket poem poet poetic poetry poison poisonous
    poker poland pole polenta police policeman polish polite political politics polka pollution
    polo polyester pomelo poncho pond pontoon pony ponytail popcorn poplar popsicle porcelain
    porch pork porpoise porridge porthole portico porto portugal postage postbox postcard
    postcode pot potassium potato pottery pouch poultry pound pour poverty powder powerful
    practical practise prague prairie praise praline prawn pray prayer preach predator pregnancy
    prejudice prelude premiere premises prestige pretzel prey priceless pride primer princess
    prism prisoner prize profound projector prologue prom promenade prominent promoter pronounce
    propeller prophecy prophet protein protest proud provence proverb province prudent prussia
    psalm psyche puck pudding pulley pullover pulp pulpit pumpkin punctual punk puppy puree
    purgatory purse pursuit pvt pyjamas pyramid qatar quail quaint qualify quarrel quarry
    quartet quartz quay queen quiche quilt quiltwork
    quinoa quiver quotient quran rabbi rabbit raccoon
    racer racket racquet radiance radiant radiator radical radish radium raffle rage ragout
    railcar railroad railway rainbow raincoat rainy raisin rake rally ramekin ramen ranch ranger
    rap rash rat rattan rattle ravine ravioli razor realistic rear rebate rebel rebellion
    receiver receptive recess recital recite reckless recliner rectory reef reel refectory
    referee refinery refuge refugee reggae regiment regional rehearsal reign reindeer rejoice
    relevance relic religion relish reminder remorse renovate rental repairman reptile reservoir
    residence resistant respect restless restraint restroom retina retriever revenge reverence
    reversal revival revive revolver revolving reykjavik rhetoric rhino rhubarb rhyme rhythm rib
    ribbon ricotta ride ridge rifle rift riga rigid rigor rink rinse ripe ripple ritual rivalry
    riverbank riverside roadside roadway roar roast robber robbery robe rocket rocking rodent
    romance romania romanian romantic rome roof roofer rooftop rook rooster rope rosary rotary
    rotten rotterdam rotunda roulette rowboat royal royalty rub rubber rubble ruble rucksack
    rucola rudder rude ruffle rug rugby ruler rum rummy rumor rumour runway rupee rural russia
    russian rustic rustle rwanda rye sabbath sachet sack sacrament sacred sacrifice sad saddle
    saddlebag sadly saffron saga sail sailboat sailcloth saint salad salesman saliva salmon
    salon salsa salty salute salzburg san sanctuary sand sandal sandpaper sandstone sandwich sankt
    sanskrit santa sapphire sarajevo sardine sardinia
    sarl sashimi satchel satin satire sauce saucepan
    saucer saudi sauna sausage savanna savings savory savoury sawdust sawmill saxon saxony
    saxophone scaffold scallion scallop scalpel scar scarce scarecrow scarf scenery scenic scent
    schnitzel schoolbag schoolboy scientist scissors scold sconce scone scoop scooter scorpion
    scotland scottish scout scrabble screw scripture scrub scuba sculptor sculpture scythe sea
    seabed seafarer seafood seagull seahorse sealant seaport seashore seaside seasonal seatbelt
    seattle seaweed secrecy sedentary seesaw seize selective selfish seljuk seminar semolina
    senate senator senegal sensible sensory seoul sequel serbia serbian serenade serene serious
    sermon servant serviette sesame setback settee settler seville sew sexual shabby shack shade
    shady shaggy shallot shame shampoo shanghai shark sharpener shave shawl sheep shelter
    sherbet shine shiny shipwreck shipyard shirt shiver shoe shoebox shoelace shoot shore
    shoreline shortage shortcake shotgun shoulder shovel showcase shower showroom showtime
    shrimp shrine shrub shrubbery shrug shuttle shy siberian sicily sickle sideboard sidewalk
    sideways siege sigh sight signpost sikh silk silky silly simmer simulator sin sincere sing
    singapore sister sit skate skewer ski skilful skillet skillful skin skincare skipper skirt
    skit skittles skopje skull skunk skylark skylight slap slate slavery slavic sled sledge
    sleek sleepover sleepy sleet sleeve sleigh slender slim slip slipcover slipper slippery
    slogan slope sloth slovak slovakia slovenia slovenian slug smallpox smash smell smile smock
    smog smoke smoky smoothie smuggler smuggling snack snail snake snatch sneaker sneeze snooker
    snore snorkel snout snowball snowboard snowdrop snowfall snowman snowstorm snowy snug soar
    sob sober soccer sociology soda sodium sofa sofabed soil sole solicitor solitaire solitude
    solo solute solvent somali somalia sombrero sometime sommelier son sonata soot soothe
    soprano sorbet sorcerer sorceress sorcery sore sorrow souffle soul soup sour sourdough
    southeast southern southwest souvenir soy soybean spa spaceship spacious spade spaghetti
    spain spanish spanner spareribs sparkle sparrow spatula spear specialty species spectacle
    spectator speech speedboat speedy sphere spherical spice spicy spinach spine spiral spire
    spirit spiritual spit spleen splendid spoil sponge spoon sportsman sporty spotless spotlight
    spouse sprain spray sprinkler sprint sprout spruce spy squad squadron squeak squeeze
    squirrel stab stadium stag stain stainless stair staircase stairway stairwell stake stamina
    stance stapler starch stare starfish starlight starry startle stateroom statue statute
    steadily steak steam steep steeple stem stencil steppe stepson stew stiff stilts stimulus
    sting stir stirrup stitch stockholm stockpot stomach stool stopover storeroom storey stork
    stormy stove strainer strait strategic straw streak streetcar stretcher striker strive
    stroll strudel struggle stubborn stumble stunt stupid sturdy sturgeon stuttgart sty stylish
    stylist submarine subsidy substance subtle suburb suburban suburbia subway suck sudan
    sudanese sudden suede sugar sugarcane suitcase sulfur sulphur sultana sumerian summit
    sumptuous sunbed sunblock sundae sundeck sundial sunflower sunhat sunlight sunrise sunroof
    sunroom sunscreen sunset sunshine suntan superb superhero supper supreme surfboard surfing
    surgeon surgery surgical surname surreal surrender surveyor survival survivor sushi suspense
    suspicion swahili swallow swamp swampland swarm sway swear sweat sweater sweden swedish
    sweet sweetcorn swell swim swimmer swimsuit swimwear swiss sword swordfish sycamore syllable
    symmetry sympathy symphony symposium synagogue synopsis syria syrian syringe syrup tabasco
    tabletop tableware taco tactic tadpole taekwondo taffeta tagine tahini tailgate tajik
    takeaway takeoff takeout talcum tale talent talkative tall tallinn tamarind tame tamil
    tandem tangerine tango tank tanker tannery tanzania tap tapas tapestry tapioca tarantula
    tariff tarmac tarpaulin tarragon tart tartan tassel tasty tattoo tavern taxi taxidermy
    teabag teach teacup teahouse teak teakettle teamwork teapot tear tease teaspoon techno
    tedious teen teenager teeth tehran telephone telescope temper temple tempt tempura tenancy
    tendency tender tendon tenement tennis tenor tense tent tepid teriyaki termite terrace
    terrain terrible terrier terrific terror terrorism testament testimony texas textbook
    textile thai thailand thank thaw theater theatre theology therapist thermos thesis thick
    thicket thigh thimble thirst thirsty thistle thorough threaten thrill thriller thrive throat
    throne thumb thunder thyme tiara tibet tibetan tickle tide tidiness tie tiger tight tighten
    tightrope timber timeless timid tin tinfoil tint tiramisu tirana tire tissue titanium toad
    toast toaster tobacco toboggan toddler toe toenail toffee tofu toilet tokyo tolerant tomato
    tongs tongue tonsil toolbox toolkit tooth toothache toothpick topaz topcoat topsoil torah
    torch torment toronto torpedo torso tortilla tortoise torture toss tough toulouse tourism
    tourist tow towel township toxic toy toyshop trabzon tracksuit tractor trademark tradition
    tragedy tragic trait tram tranquil trapdoor trapeze trauma traveler traveller tray treadmill
    treasure treasurer treasury treaty trek trellis tremble trench trestle triathlon tribe
    tribute trick tricolor tricycle trifle trilogy trinket trio tripod tripoli triumph trivet
    trolley trombone troop trooper trophy tropical trot trough trousers trousseau trout truce
    truck truffle trumpet truss tsar tshirt tsunami tub tuba tube tug tugboat tuition tulip
    tulle tumble tumbler tumor tumour tuna tundra tungsten tunis tunisia tunisian turban turbine
    tureen turf turin turkey turkish turmeric turmoil turnip turnover turntable turquoise turtle
    tuscany tusk tuxedo tweed tweezers twig twilight twist typhoon typist tyre uganda ugly
    ukraine ukulele umbrella umpire uncle undress unhappy unicycle unite untie upcoming uphill
    upland upright uprising upstairs upward uranium urdu urge urgency uruguay usher utensil
    uterus uzbek vacancy vacation vagabond vain valet valley vampire vanilla vanity vapor vapour
    various varsity vase vast veal vegan veil vein velour velvet vending veneer venice venison
    venture veranda verbal verse vessel vest vet veteran viable viaduct vibrant vicar vicinity
    vicious victory vienna vietnam vigil vigorous vigour viking village villain vilnius vinegar
    vineyard vintage vinyl violence violent violin viper vitamin vivid vocal vodka volcano
    volley vomit vow voyage vulture waffle wage wager wagon waist waitress walkout walkway
    walnut walrus waltz wander war warden wardrobe warfare warlock warmth warranty warrior
    warsaw warship wartime wasabi wash washer washroom wasp waste wasteful watchful waterway
    watery wavy wax waxwork wayfarer wealth wealthy weapon wear weary weasel weave weed weep
    weigh weird welder welfare welsh werewolf western wet wetland wetsuit whale wharf wharves
    wheat whip whisk whisker whiskey whisky whisper whistle wick wicker widow widower wife wig
    wildlife wind windmill windy wine winery wing wink wintry wiper wisdom wish wit witch wither
    witty wizard wok wolves woman womb women wonder wooded wooden woodland woodwork wool woollen
    wordplay workbook workman workshop worktop worm worship worthy wreath wreck wreckage wrench
    wrestle wretched wrinkle wrist yacht yard yardage yawn yearbook yearling yearning yeast yell
    yemen yemeni yiddish yoga yoghurt yogurt yoke youth youthful yuletide zagreb zambia zealand
    zealous zebra zeppelin zest zesty zimbabwe zinc zipline zipper zither zodiac zoo zoology
    zucchini zurich
    aardvark eoan gutsy feisty dapper edgy ibex jackalope meerkat narwhal ocelot quetzal
    salamander impish yakkety
"""
