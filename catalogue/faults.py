"""Faults of the machine and of a command line, in the words (Dutch) of who must mend them."""

from __future__ import annotations

import errno

import click
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

# Faults of the machine by their code, in the words of who must mend them.
_FAULTS_OF_SQLITE = {
    "SQLITE_BUSY": "De databank is bezet door een ander programma. Probeer het straks opnieuw.",
    "SQLITE_CANTOPEN": "De databank kan niet geopend worden: het bestand ontbreekt of is niet leesbaar.",
    "SQLITE_CORRUPT": "De databank is beschadigd. Zet een reservekopie terug.",
    "SQLITE_FULL": "De schijf is vol. Wat bezig was, is niet bewaard.",
    "SQLITE_IOERR": "De schijf van de databank geeft een fout. Wat bezig was, is niet bewaard.",
    "SQLITE_NOTADB": "Het bestand van de databank is geen databank. Zet een reservekopie terug.",
    "SQLITE_READONLY": "In de databank mag niet geschreven worden.",
}
_FAULTS_OF_FILES = {
    errno.ENOSPC: "de schijf is vol",
    errno.EROFS: "hier mag niet geschreven worden",
    errno.EACCES: "dit mag niet gelezen of geschreven worden",
    errno.EPERM: "dit mag niet gelezen of geschreven worden",
    errno.ENOENT: "dit bestaat niet en kan niet gemaakt worden",
    errno.EEXIST: "hier staat al een bestand",
    errno.ENOTDIR: "een deel van dit pad is een bestand en geen map",
    errno.EISDIR: "dit is een map en geen bestand",
    errno.ENAMETOOLONG: "deze naam is te lang",
    errno.EIO: "de schijf geeft een fout",
}


def of_database(error: SQLAlchemyError) -> str:
    """What is wrong with the database, in Dutch where we know the fault."""
    if isinstance(error, NoSuchModuleError):
        return f"Deze databank kennen we niet: {str(error).rpartition(':')[2].replace('.', '+')}."
    if isinstance(error, ArgumentError):
        return (
            "CATALOGUE_DATABASE_URL is geen adres van een databank, zoals postgresql+psycopg://server/naam."
        )
    cause = getattr(error, "orig", None)
    name = "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])
    return _FAULTS_OF_SQLITE.get(name) or f"De databank geeft een fout: {cause or type(error).__name__}"


def of_file(error: OSError) -> str:
    number = error.errno or 0
    reason = _FAULTS_OF_FILES.get(number) or (f"dit lukt niet (fout {number})" if number else str(error))
    return f"{error.filename or 'Een bestand'}: {reason}."


def of_usage(error: click.UsageError) -> str:
    """What is wrong with the command line, in Dutch."""
    where = error.ctx.command_path if error.ctx else "catalogue"
    help_ = f"Zie ‘{where} --help’."
    if isinstance(error, click.NoSuchOption):
        return f"De optie {error.option_name} bestaat niet. {help_}"
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else "een waarde"
        return f"{name} ontbreekt. {help_}"
    if isinstance(error, click.BadParameter):
        name = error.param.human_readable_name if error.param else "een waarde"
        return f"De waarde van {name} is niet bruikbaar. {help_}"
    return f"Deze opdracht bestaat niet of is niet volledig. {help_}"
