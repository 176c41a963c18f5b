"""Where the stations of the demo stand: sites of an operator that does not exist, in cities that do."""

from typing import NamedTuple


class Site(NamedTuple):
    """A place with a name; degrees of WGS 84."""

    name: str
    latitude: float
    longitude: float


SITES = (
    Site("Hamburg, Speicherkai", 53.5437, 9.9886),
    Site("Hannover, Autohof Kronsberg", 52.3391, 9.8413),
    Site("Berlin, Marktplatz Nordend", 52.5562, 13.4091),
    Site("Bremen, Weserdeck", 53.0721, 8.8062),
    Site("Leipzig, Passagenhof", 51.3396, 12.3755),
    Site("Kassel, Raststation Waldblick", 51.2862, 9.4571),
    Site("Köln, Rheingarage", 50.9331, 6.9702),
    Site("Dortmund, Stadthaus", 51.5102, 7.4663),
    Site("Frankfurt, Mainufer West", 50.1052, 8.6668),
    Site("Würzburg, Ladehof Steinberg", 49.8061, 9.9142),
    Site("Nürnberg, Altes Stellwerk", 49.4471, 11.0788),
    Site("Stuttgart, Weinsteige", 48.7669, 9.1857),
    Site("München, Isarterrasse", 48.1317, 11.5906),
    Site("Ulm, Ladehof Donautal", 48.3607, 9.9337),
    Site("Freiburg, Münsterparkhaus", 47.9951, 7.8497),
    Site("Zürich, Limmathof", 47.3835, 8.5302),
    Site("Bern, Aareblick", 46.9483, 7.4594),
    Site("Salzburg, Raststation Mönchswald", 47.8152, 13.0143),
    Site("Wien, Praterkai", 48.2191, 16.4152),
    Site("Graz, Murgarage", 47.0732, 15.4335),
)
"""In the order of the stations. A fleet of more has stations without a place."""
