"""How much each kind of answer counts: constants, so that the order of results can be explained."""

DIENST = 10.0
"""The word is the name of the service."""
SYNONIEM = 9.0
"""The word is another name of the same service."""
LEAN_SHARE = 0.95
"""Equal but for words that only say that somebody does it: poetsdienst for poetsen."""
BESIDE_EXACT = 0.6
"""A name of the same words, when another service carries exactly this name (begeleiding naar werk)."""
SMALLER = 6.0
"""A narrower service answers a part of what was asked: hagen scheren for groenonderhoud."""
DEPTH_SHARE = 0.9
"""Each step further down the vocabulary."""
DEEL, DEEL_SPAN = 5.0, 2.0
"""The words are a part of the name of the service (hydranten); more of the name counts more."""
DEEL_BESIDE_EXACT = 0.7
"""The same, when another service carries exactly this name."""
RUIMER = 1.5
"""A broader service may include it; nobody said so."""
RUIMER_STEP = 0.5
"""Each step further up the vocabulary."""

HOLDS_WORD = 4.5
"""A name that holds a general word that is asked for alone: ploeg, hulp."""

NUMMER = 20.0
"""The number of this organisation: nobody else is meant."""
NAAM_HEEL = 20.0
"""The question holds the whole name."""
VOORHEEN_HEEL = 19.0
"""The question holds a whole former name."""
LETTERS = 15.0
"""The first letters of the words of the name, for a word that nothing else knows."""
NAAM = 12.0
"""Words of the name that are no task: somebody looks for this organisation."""
VOORHEEN = 11.0
"""Words of a former name."""
NAAM_TASK = 7.5
"""Words of the name that are a task too (Kringwinkel, Strijkatelier): below those who offer the service."""
DIENSTWOORD = 8.0
"""The organisation's own word for a service that the vocabulary does not know."""
DIENSTWOORD_DEEL = 4.5
"""A word out of an organisation's own word for a service (poetsen in 'wagens poetsen')."""
NOTA = 4.0
"""A note with an offer, or the name of a site."""
OMSCHRIJVING = 3.0
"""The description."""
PLAATS = 1.0
"""A place of the organisation, asked literally."""
FREE_SHARE = DIENSTWOORD / DIENST
"""An own word that matches as the name of a service does."""
SYNONYM_OWN_SHARE = 0.8
"""Another name of the service in the organisation's own text."""
ABOUT_SHARE = 0.5
"""What the services do not cover, named by the organisation: added to its answer, never an answer itself."""

SAYS_WHOLE = 10.5
"""The organisation itself names the activity and what it is done to (bedden ontsmetten)."""

COVERAGE = 0.6
"""The share of what was asked, weighed by rarity, that a partial answer must cover."""
ALIKE_SHARE = 0.8
"""An activity that means the same beside the same object (a car that is kuised, and one that is washed)."""
NEAR_BEST = 0.9
"""Partial answers that cover clearly less than the best one are left out."""
