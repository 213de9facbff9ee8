"""Pages of /beheer/import: upload a file, look it over, answer what it leaves open, take it in, undo it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from flask import (
    abort,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalogue.config import Settings
from catalogue.curation import upload_answers, upload_child, upload_progress, upload_undo, uploads
from catalogue.curation.door_views import WAITING, account, blueprint, keeps_input, needs
from catalogue.curation.forms import CurationForm
from catalogue.curation.permits import Rule
from catalogue.curation.upload_child import LOOK, TAKE_IN, UNDO, Task
from catalogue.curation.upload_shown import Shown, shown
from catalogue.directory.paging import page_number
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.problems import FileError
from catalogue.exchange.reader import MAX_BYTES, check
from catalogue.models import Upload
from catalogue.models.upload import UploadStatus as Is
from catalogue.web.errors import problem

# What a form adds to the file that it brings.
FORM_BYTES = 100_000
# A browser shows our answer to a file that is too large only when it could send the file; up to here we wait.
MAX_IGNORED = 250_000_000
TOO_LARGE = f"Het bestand is te groot: hoogstens {MAX_BYTES // 1_000_000} MB."
BUSY = "Er wordt al aan dit bestand gewerkt."
GONE = "Dit bestand is na twaalf maanden gewist. Laad het opnieuw op."
MOVED_ON = "Dit bestand is intussen verder. Bekijk het opnieuw."

# An upload; no number in the database is larger.
UPLOAD = "/import/<row:upload_id>"

WAITING["curation.uploads"] = uploads.ready


@blueprint.url_value_preprocessor
def allow_a_file(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let who is logged in send a large file, before anything reads the form."""
    if endpoint != "curation.uploads" or request.method != "POST" or not current_user.is_authenticated:
        return
    request.max_content_length = MAX_BYTES + FORM_BYTES
    if (request.content_length or 0) <= request.max_content_length:
        return
    if (request.content_length or 0) <= MAX_IGNORED:
        request.max_content_length = MAX_IGNORED
        while request.stream.read(1 << 20):
            pass
    abort(make_response(problem(413, TOO_LARGE)))


@blueprint.route("/import", endpoint="uploads", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def upload_list() -> ResponseReturnValue:
    """Send a file; and the files that were sent before."""
    form = CurationForm()
    if request.method == "GET":
        return _list(form)
    file = request.files.get("bestand")
    if not form.validate_on_submit():
        return _list(form, 400)
    if file is None or not file.filename:
        return _list(form, 422, "Kies een bestand.")
    content = file.read()
    try:
        check(content)
    except FileError as error:
        return _list(form, 422, str(error))
    upload_id = uploads.store(Path(file.filename.replace("\\", "/")).name, content, account().id)
    _start(upload_id, LOOK)
    return _to(upload_id)


def _list(form: CurationForm, code: int = 200, fault: str = "") -> ResponseReturnValue:
    errors = [*form.form_errors, *([fault] if fault else [])]
    listed = uploads.listed(account())
    page = render_template(
        "beheer/imports.html", uploads=listed, errors=errors, most=MAX_BYTES, columns=COLUMNS, is_=Is
    )
    return page, code


@blueprint.get(UPLOAD)
@needs(Rule.ACCOUNT)
def upload(upload_id: int) -> ResponseReturnValue:
    """An upload as it is now: being read, to be answered, to be taken in, taken in, undone or failed."""
    return _page(_own(upload_id))


@blueprint.get(f"{UPLOAD}/voortgang")
@needs(Rule.ACCOUNT)
def upload_progress_(upload_id: int) -> ResponseReturnValue:
    """How far the work is, for a script."""
    found = _own(upload_id, with_report=False)
    seen = upload_progress.look(_folder(), upload_id)
    return jsonify(
        bezig=seen is not None,
        status=found.status,
        stap=seen.what if seen else "",
        gedaan=seen.done if seen else 0,
        totaal=seen.total if seen else 0,
    )


@blueprint.post(f"{UPLOAD}/kolommen")
@needs(Rule.ACCOUNT)
@keeps_input
def upload_columns(upload_id: int) -> ResponseReturnValue:
    """Say which column is which."""
    found = _own(upload_id)
    form = CurationForm()
    chosen, errors = upload_answers.columns(found.report, request.form)
    if not form.validate_on_submit() or errors:
        return _page(found, errors=_messages(form, errors), sent=request.form)
    return _again(found, kolommen=chosen)


@blueprint.post(f"{UPLOAD}/antwoorden")
@needs(Rule.ACCOUNT)
@keeps_input
def upload_answers_(upload_id: int) -> ResponseReturnValue:
    """Answer what the file leaves open."""
    found = _own(upload_id)
    form = CurationForm()
    given = upload_answers.read(found.report, request.form)
    if not form.validate_on_submit() or given.errors:
        return _page(found, errors=_messages(form, given.errors), sent=request.form)
    if given.is_empty:
        return _page(found, errors={"vragen": "U hebt nog niets geantwoord."}, sent=request.form)
    return _again(found, given.words, plaatsen=given.places, dezelfde=given.same, apart=given.apart)


@blueprint.post(f"{UPLOAD}/opnemen")
@needs(Rule.ACCOUNT)
def upload_apply(upload_id: int) -> ResponseReturnValue:
    """Take in what was shown: all of it or nothing."""
    found = _own(upload_id)
    if request.form.get("uitkomst") != found.report.get("uitkomst"):
        flash(MOVED_ON)
        return _to(upload_id)
    return _turned(found, (Is.READY,), Is.WRITING, TAKE_IN)


@blueprint.post(f"{UPLOAD}/opnieuw")
@needs(Rule.ACCOUNT)
def upload_again(upload_id: int) -> ResponseReturnValue:
    """Look at a file once more: after a fault, or as a new upload where it was taken in before."""
    found = _own(upload_id)
    if found.report.get(uploads.ERASED):
        flash(GONE)
        return _to(upload_id)
    if found.status in (Is.APPLIED, Is.UNDONE):
        new_id = uploads.copy(found, account().id)
        _start(new_id, LOOK)
        return _to(new_id)
    if found.status == Is.UNDOING:
        # Cut short: nothing was undone.
        if upload_progress.look(_folder(), upload_id) is None:
            uploads.turn(upload_id, Is.APPLIED, only_from=(Is.UNDOING,))
        return redirect(url_for("curation.upload_undo_", upload_id=upload_id), 303)
    return _again(found)


@blueprint.post(f"{UPLOAD}/weg")
@needs(Rule.ACCOUNT)
def upload_remove(upload_id: int) -> ResponseReturnValue:
    """Throw away a file that was not taken in."""
    found = _own(upload_id)
    if upload_progress.look(_folder(), upload_id) is not None or not uploads.remove(upload_id):
        flash(BUSY)
        return _to(upload_id)
    upload_progress.forget(_folder(), upload_id)
    flash(f"{found.filename} is weggegooid. Er was niets van opgenomen.")
    return redirect(url_for("curation.uploads"), 303)


@blueprint.route(f"{UPLOAD}/ongedaan", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
def upload_undo_(upload_id: int) -> ResponseReturnValue:
    """Undo an import as a whole; entries that were edited since may be left as they are."""
    found = _own(upload_id)
    if found.status != Is.APPLIED:
        flash(MOVED_ON)
        return _to(upload_id)
    touched = upload_undo.touched(upload_id)
    if request.method == "GET":
        edited = [one for one in touched if one.is_edited_since]
        return render_template("beheer/import_ongedaan.html", upload=found, touched=touched, edited=edited)
    left = [one.id for one in touched if one.is_edited_since and request.form.get(f"wat-{one.id}") != "terug"]
    uploads.choose(found, laat=left)
    return _turned(found, (Is.APPLIED,), Is.UNDOING, UNDO)


def _again(found: Upload, words: Mapping[str, str] | None = None, **choices: Any) -> ResponseReturnValue:
    """Keep the answers and look at the file anew."""
    if found.status not in uploads.OPEN:
        flash(MOVED_ON)
        return _to(found.id)
    uploads.remember_words(words or {}, account().id)
    uploads.choose(found, **choices)
    return _turned(found, uploads.OPEN, Is.WAITING, LOOK)


def _turned(found: Upload, only_from: tuple[Is, ...], status: Is, job: str) -> ResponseReturnValue:
    """Bring an upload to a status in which a process works at it, and start that process."""
    upload_id = found.id
    try:
        lock = upload_progress.claim(_folder(), upload_id)
    except upload_progress.BusyError:
        flash(BUSY)
        return _to(upload_id)
    uploads.choose(found, wie=account().id)
    if uploads.turn(upload_id, status, only_from=only_from):
        upload_child.start(Task(upload_id, job), lock, _settings())
    else:
        upload_progress.release(lock)
        flash(MOVED_ON)
    return _to(upload_id)


def _start(upload_id: int, job: str) -> None:
    lock = upload_progress.claim(_folder(), upload_id)
    upload_child.start(Task(upload_id, job), lock, _settings())


def _page(
    found: Upload, *, errors: Mapping[str, str] | None = None, sent: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """The page of an upload; with errors it answers 422 and shows again what was sent."""
    seen = upload_progress.look(_folder(), found.id)
    is_working = found.status in uploads.WORKING and seen is not None
    is_broken = found.status in uploads.WORKING and seen is None
    if is_broken:
        # It may have ended between the two looks.
        found = _own(found.id)
        is_broken = found.status in uploads.WORKING
    has_rows = found.status == Is.READY and found.report.get("stap") == "rijen"
    values: Any = sent or {}
    page = render_template(
        "beheer/import.html",
        upload=found,
        is_=Is,
        seen=seen,
        is_working=is_working,
        is_broken=is_broken,
        shown=_shown(found) if has_rows else None,
        columns=COLUMNS,
        services=uploads.service_labels() if has_rows else {},
        gemeenten=uploads.gemeente_names() if has_rows else [],
        errors=errors or {},
        sent=values,
    )
    return page, 422 if errors else 200


def _shown(found: Upload) -> Shown:
    kind = request.args.get("toon", "alles")
    page = page_number(request.args.get("pagina", ""))
    made = shown(
        found, kind, page, lambda to, at: url_for("curation.upload", upload_id=found.id, toon=to, pagina=at)
    )
    if made is None:
        abort(404)
    return made


def _messages(form: CurationForm, errors: Mapping[str, str]) -> dict[str, str]:
    return {"formulier": form.form_errors[0]} if form.form_errors else dict(errors)


def _own(upload_id: int, *, with_report: bool = True) -> Upload:
    """An upload of this account; a beheerder may see all."""
    found = uploads.find(upload_id, with_report=with_report)
    if found is None:
        abort(404)
    if not account().is_beheerder and found.account_id != account().id:
        abort(403)
    return found


def _to(upload_id: int) -> ResponseReturnValue:
    return redirect(url_for("curation.upload", upload_id=upload_id), 303)


def _settings() -> Settings:
    return cast("Settings", current_app.config["SETTINGS"])


def _folder() -> Path:
    return _settings().data / "imports"
