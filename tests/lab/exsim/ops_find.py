"""FindItem with its views and restrictions, and SyncFolderItems."""
import base64
import datetime
import json

from . import fields, series
from .ews import answer, error, ok, op, required
from .model import EwsError
from .xmlout import kids, local, m, t, text

PAGE_MAX = 1000
SYNC_MAX = 512


def _when(value):
    try:
        d = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return d if d.tzinfo else d.replace(tzinfo=datetime.timezone.utc)


def _compare(a, b):
    da, db = _when(a), _when(b)
    if da and db:
        return (da > db) - (da < db)
    try:
        a, b = float(a), float(b)
    except ValueError:
        a, b = a.lower(), b.lower()
    return (a > b) - (a < b)


_TESTS = {"IsEqualTo": lambda c: c == 0, "IsNotEqualTo": lambda c: c != 0,
          "IsGreaterThan": lambda c: c > 0,
          "IsGreaterThanOrEqualTo": lambda c: c >= 0,
          "IsLessThan": lambda c: c < 0,
          "IsLessThanOrEqualTo": lambda c: c <= 0}


def matches(item, el):
    """A search expression of a Restriction."""
    name, parts = local(el), kids(el)
    if name == "And":
        return all(matches(item, p) for p in parts)
    if name == "Or":
        return any(matches(item, p) for p in parts)
    if name == "Not":
        return not matches(item, parts[0])
    value = fields.plain(item, parts[0])
    if name == "Exists":
        return value is not None
    if name == "Contains":
        want = t(el, "Constant").get("Value")
        got, mode = value or "", el.get("ContainmentMode", "Substring")
        if "IgnoreCase" in el.get("ContainmentComparison", ""):
            want, got = want.lower(), got.lower()
        return {"FullString": got == want,
                "Prefixed": got.startswith(want)}.get(mode, want in got)
    if name not in _TESTS:
        raise EwsError("ErrorUnsupportedPathForQuery", name)
    other = t(el, "FieldURIOrConstant")
    constant = t(other, "Constant")
    want = constant.get("Value") if constant is not None else \
        fields.plain(item, kids(other)[0])
    if value is None or want is None:
        return name == "IsNotEqualTo"
    return _TESTS[name](_compare(value, want))


def _meetings(items):
    for i in items:
        if series.is_master(i) and i.is_organizer:
            yield from series.meetings(fields.COMPANY[0], i)
        else:
            yield i


def _view(items, view):
    start, end = _when(view.get("StartDate")), _when(view.get("EndDate"))
    if end < start:
        raise EwsError("ErrorCalendarEndDateIsEarlierThanStartDate")
    if (end - start).days > 2 * 365 + 1:
        raise EwsError("ErrorCalendarViewRangeTooBig")
    found = [i for i in _meetings(items) if _when(i.props["Start"]) < end
             and _when(i.props["End"]) > start]
    found.sort(key=lambda i: i.props["Start"])
    return found


def _sort(items, order):
    for row in reversed(kids(order)):
        items.sort(key=lambda i: fields.plain(i, kids(row)[0]) or "",
                   reverse=row.get("Order") == "Descending")


def _find(el, folder, shape):
    items = list(folder.items.values())
    restriction, order = m(el, "Restriction"), m(el, "SortOrder")
    view, page = m(el, "CalendarView"), m(el, "IndexedPageItemView")
    if restriction is not None:
        items = [i for i in items if matches(i, kids(restriction)[0])]
    if view is not None:
        if restriction is not None or order is not None:
            raise EwsError("ErrorRestrictionTooComplex")
        items = _view(items, view)
    elif order is not None:
        _sort(items, order)
    total, start = len(items), 0
    count = PAGE_MAX
    if page is not None:
        start = int(page.get("Offset"))
        if page.get("BasePoint") == "End":
            start = max(0, total - start)
        count = min(count, int(page.get("MaxEntriesReturned", count)))
    elif view is not None and view.get("MaxEntriesReturned"):
        count = min(count, int(view.get("MaxEntriesReturned")))
    shown = items[start:start + count]
    last = start + len(shown) >= total
    where = ' IndexedPagingOffset="%d"' % (start + len(shown)) \
        if page is not None else ""
    return ('<m:RootFolder%s TotalItemsInView="%d" '
            'IncludesLastItemInRange="%s"><t:Items>%s</t:Items>'
            '</m:RootFolder>'
            % (where, total, "true" if last else "false",
               "".join(shape.show(i) for i in shown)))


@op("FindItem")
def find_item(svc, ctx, el):
    out, name = [], "FindItemResponseMessage"
    for folder_el in kids(required(el, "ParentFolderIds")):
        try:
            shape = fields.Shape(required(el, "ItemShape"), summary=True)
            folder = svc.folder(ctx, folder_el)
            out.append(ok(name, _find(el, folder, shape)))
        except EwsError as e:
            out.append(error(name, e))
    return answer("FindItem", "".join(out))


def make_state(folder, seq):
    row = [folder.id, folder.sync_epoch, seq]
    return base64.b64encode(json.dumps(row).encode()).decode()


def _read_state(folder, state):
    if not state:
        return 0
    try:
        row = json.loads(base64.b64decode(state, validate=True))
        if row[0] == folder.id and row[1] == folder.sync_epoch and \
                0 <= row[2] <= folder.seq:
            return row[2]
    except (ValueError, KeyError, IndexError, TypeError):
        pass
    raise EwsError("ErrorInvalidSyncStateData",
                   "Synchronization state data is corrupt or otherwise "
                   "invalid.")


def _changes(folder, since, count, shape, ignore):
    """The latest change of each item since then, oldest first."""
    out, seq = [], since
    log = folder.log
    for seq_, id_ in log[since:]:
        if folder.last.get(id_, folder.gone.get(id_)) != seq_:
            seq = seq_
            continue		# a later change of it comes
        new = folder.born.get(id_, 0) > since
        if len(out) == count:
            return out, seq, False
        seq = seq_
        if id_ in ignore:
            continue
        if id_ in folder.gone:
            if not new:
                out.append('<t:Delete><t:ItemId Id="%s"/></t:Delete>' % id_)
        else:
            tag = "Create" if new else "Update"
            out.append("<t:%s>%s</t:%s>"
                       % (tag, shape.show(folder.items[id_]), tag))
    return out, seq, True


@op("SyncFolderItems")
def sync_folder_items(svc, ctx, el):
    name = "SyncFolderItemsResponseMessage"
    try:
        shape = fields.Shape(required(el, "ItemShape"), summary=True)
        folder = svc.folder(ctx, kids(required(el, "SyncFolderId"))[0])
        since = _read_state(folder, text(m(el, "SyncState"), ""))
        count = min(SYNC_MAX, int(text(m(el, "MaxChangesReturned"), "100")))
        ignored = m(el, "Ignore")
        ignore = {i.get("Id") for i in kids(ignored)} \
            if ignored is not None else set()
        rows, seq, last = _changes(folder, since, count, shape, ignore)
    except EwsError as e:
        # exchangelib counts on these two in an error as well.
        return answer("SyncFolderItems", error(
            name, e, "<m:SyncState/><m:IncludesLastItemInRange>true"
            "</m:IncludesLastItemInRange>"))
    return answer("SyncFolderItems", ok(
        name, "<m:SyncState>%s</m:SyncState><m:IncludesLastItemInRange>%s"
        "</m:IncludesLastItemInRange><m:Changes>%s</m:Changes>"
        % (make_state(folder, seq), "true" if last else "false",
           "".join(rows))))
