"""The words for what is done with alerts, in the languages of the bot."""

from handlers._grammar.symbols import COURTESIES, HURRIED

VERBS = {
    **dict.fromkeys(("off", "delete", "del", "remove", "stop", "cancel", "end", "kill"), "off"),
    **dict.fromkeys(
        ("clear", "erase", "disable", "deactivate", "forget", "drop", "unwatch"), "off"
    ),
    **dict.fromkeys(("aus", "stopp", "löschen", "lösche", "entfernen", "weg", "beenden"), "off"),
    **dict.fromkeys(("lösch", "entferne", "beende", "ausschalten", "abschalten", "stoppe"), "off"),
    **dict.fromkeys(("borrar", "borra", "quitar", "eliminar", "elimina", "parar"), "off"),
    **dict.fromkeys(("quita", "para", "apagar", "apaga", "desactivar", "desactiva"), "off"),
    **dict.fromkeys(("snooze", "sleep", "pause", "mute", "silence", "quiet", "hush"), "snooze"),
    **dict.fromkeys(("postpone", "stumm", "schlummern", "ruhe", "pausieren"), "snooze"),
    **dict.fromkeys(("pausiere", "silenciar", "silencia", "pausar", "pausa"), "snooze"),
    **dict.fromkeys(("wake", "unsnooze", "unmute", "resume", "on", "an", "wecken"), "wake"),
    **dict.fromkeys(("wecke", "enable", "activate", "aktiviere", "aktivieren"), "wake"),
    **dict.fromkeys(("despertar", "activar", "activa", "reanudar"), "wake"),
    **dict.fromkeys(("edit", "change", "set", "ändern", "ändere", "editar", "cambiar"), "edit"),
    **dict.fromkeys(("raise", "lower", "increase", "decrease", "reduce", "adjust", "move"), "edit"),
    **dict.fromkeys(("erhöhe", "erhöhen", "senke", "senken", "sube", "baja", "ajusta"), "edit"),
    **dict.fromkeys(("make", "modify", "setze", "cambia", "edita", "pon"), "edit"),
    **dict.fromkeys(("test", "try", "preview", "testen", "teste", "probar", "prueba"), "test"),
    **dict.fromkeys(("keep", "extend", "renew", "behalten", "verlängern", "mantener"), "keep"),
    **dict.fromkeys(("behalte", "verlängere", "mantén", "renovar"), "keep"),
    **dict.fromkeys(("show", "see", "open", "zeigen", "zeige", "ver", "mostrar"), "show"),
    **dict.fromkeys(("zeig", "muestra", "why", "warum", "status"), "show"),
}
LIST = frozenset(
    """
    list show all status active current everything liste alle zeigen zeige zeig aktive aktuelle
    lista todas ver muestra activas estado
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
FIRING = frozenset(
    """
    firing fires fire fired ringing triggered feuert feuern gefeuert ausgelöst klingelt klingeln
    disparada disparadas disparan dispara saltan salta suena suenan
    """.split()  # noqa: SIM905 - as above
)
"""What alerts do of which somebody wants to hear first."""
EVERYTHING = frozenset(
    """
    all everything every each them alle alles sämtliche todo todas todos
    """.split()  # noqa: SIM905 - as above
)
NEW = frozenset({"new", "add", "create", "neu", "neue", "nueva", "crear", "watch"})
JOINING = frozenset({"and", "und", "y", "&", "+"})
"""What stands between numbers."""
UNTIL_NUMBER = frozenset({"-", "to", "bis", "a", "hasta", "through"})
UNSAID = (
    COURTESIES
    | HURRIED
    | frozenset(
        """
        alert alerts alarm alarms alarme alerta alertas number no nr nummer número num the it this that
        den diesen das ihn dem meine meinen mein la las los esta esa mis mi my mine our for me
        """.split()  # noqa: SIM905 - as above
    )
)
"""Words between verbs and numbers that say nothing."""
IDLE = frozenset(
    """
    what whats what's which who is are was were did does do can could would you u will turn switch up
    threshold please now how close to right there
    welche welcher welches ist sind hat hast kannst du bitte auf von jetzt gerade schwelle
    qué cuál cuáles es son están está ahora puedes umbral de
    """.split()  # noqa: SIM905 - as above
)
OF = "of"
"""Idle behind a word only: in front it is *off* with a letter too few."""
"""Words of a question or a request that say nothing of an alert; the markets BE and DO are no alerts."""
