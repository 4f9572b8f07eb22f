"""Words whose forms no stemmer joins, for the search: common nouns, verbs and adjectives.

One word a line with its forms, which stand for each other at the end of longer words, too:
«dreiebøker» finds «dreiebok», «beskrev» finds «beskrive».
"""

_NB_NOUNS = """\
bok boka boken bøker bøkene
fot foten føtter føttene
hånd hånda hånden hender hendene
tann tanna tannen tenner tennene
natt natta natten netter nettene
kraft krafta kraften krefter kreftene
mann mannen menn mennene
barn barnet barna barnas
bonde bonden bønder bøndene
mor moren mora mødre mødrene
far faren fedre fedrene
bror broren brødre brødrene
søster søsteren søstre søstrene
datter datteren døtre døtrene
tre treet trær trærne
kne kneet knær knærne
øye øyet øyne øynene
øre øret ører ørene
kollega kollegaen kollegaer kollegaene kolleger kollegene
møte møtet møter møtene
regel regelen regler reglene
middel middelet midler midlene
artikkel artikkelen artikler artiklene
kapittel kapittelet kapitler kapitlene
eksempel eksempelet eksemplet eksempler eksemplene
sykkel sykkelen sykler syklene
syklus syklusen sykluser syklusene
nummer nummeret numre numrene
kontor kontoret kontorer kontorene
senter senteret sentre sentrene
sommer sommeren somre somrene
følelse følelsen følelser følelsene
"""
_NB_OTHERS = """\
være er var vært
bli blir ble blitt
gjøre gjør gjorde gjort
si sier sa sagt
se ser så sett
gå går gikk gått
få får fikk fått
gi gir ga gitt
ta tar tok tatt
komme kommer kom kommet
spørre spør spurte spurt
svare svarer svarte svart
skrive skriver skrev skrevet
lese leser leste lest
velge velger valgte valgt
fortelle forteller fortalte fortalt
sette setter satte satt
legge legger la lagt
vite vet visste visst
hjelpe hjelper hjalp hjulpet
finne finner fant funnet
holde holder holdt
snakke snakker snakket
synge synger sang sunget
drikke drikker drakk drukket
bære bærer bar båret
dra drar dro dratt
forstå forstår forsto forstått
stå står sto stått
sitte sitter satt sittet
slå slår slo slått
bryte bryter brøt brutt
gråte gråter gråt grått
god godt gode bedre best beste
stor stort store større størst største
liten lita lite små mindre minst minste
gammel gammelt gamle eldre eldst eldste
ung ungt unge yngre yngst yngste
lang langt lange lengre lengst lengste
"""
_NN_NOUNS = """\
bok boka bøker bøkene
fot foten føter føtene
hand handa hender hendene
natt natta netter nettene
kraft krafta krefter kreftene
mann mannen menn mennene
barn barnet barna
bonde bonden bønder bøndene
mor mora mødrer mødrene
far faren fedrar fedrane
bror broren brør brørne
dotter dottera døtrer døtrene
tre treet trea
auge auget auge auga
regel regelen reglar reglane
middel middelet midla
artikkel artikkelen artiklar artiklane
kapittel kapittelet kapitla
eksempel eksempelet eksempla døme dømet døma
nummer nummeret nummera
kollega kollegaen kollegaer kollegaene kollegaar kollegaane
"""
_NN_OTHERS = """\
vere er var vore
bli blir blei blitt vart vorte
gjere gjer gjorde gjort
seie seier sa sagt
sjå ser såg sett
gå går gjekk gått
få får fekk fått
gje gjev gav gjeve gi gir gitt
ta tar tek tok teke tatt
kome kjem kom kome
spørje spør spurde spurt
skrive skriv skreiv skrive
lese les las lese
velje vel valde valt
fortelje fortel fortalde fortalt
setje set sette sett
leggje legg la lagt
vite veit visste visst
hjelpe hjelper hjelpte hjelpt
finne finn fann funne
halde held heldt halde
bere ber bar bore
forstå forstår forstod forstått
stå står stod stått
sitje sit sat sete
god godt gode betre best beste
stor stort store større størst største
liten lita lite små mindre minst minste
gammal gammalt gamle eldre eldst eldste
ung ungt unge yngre yngst yngste
lang langt lange lengre lengst lengste
"""
_EN_NOUNS = """\
man men
woman women
person people
child children
foot feet
tooth teeth
half halves
life lives
self selves
"""
_EN_OTHERS = """\
be is are was were been
have has had
do does did done
say said
see saw seen
go goes went gone
get got
give gave given
take took taken
make made
come came
ask asked
write wrote written
choose chose chosen
tell told
speak spoke spoken
think thought
feel felt
find found
hold held
lead led
leave left
keep kept
bring brought
begin began begun
know knew known
teach taught
understand understood
meet met
run ran
good better best
bad worse worst
"""
NOUNS = {"nb": _NB_NOUNS, "nn": _NN_NOUNS, "en": _EN_NOUNS}
"""By language; they are found as the last part of longer words, too."""
OTHERS = {"nb": _NB_OTHERS, "nn": _NN_OTHERS, "en": _EN_OTHERS}
"""Verbs and adjectives: «var» is not to find «ansvar»."""
ENDINGS = {"nb": {"erne": "er"}, "nn": {"arane": "ar"}}
"""Endings that the Norwegian stemmer of Snowball leaves half: «lærerne» would become «lærern»."""
