"""GetItem, CreateItem, UpdateItem, DeleteItem, MoveItem."""
from . import fields, series
from .ews import answer, each, error, op, required
from .model import EwsError, Item, key_version, new_uid
from .xmlout import kids, local, m, t, text


def _items(inner):
    return "<m:Items>%s</m:Items>" % inner


@op("GetItem")
def get_item(svc, ctx, el):
    try:
        shape = fields.Shape(required(el, "ItemShape"))
    except EwsError as e:
        return answer("GetItem", error("GetItemResponseMessage", e,
                                       "<m:Items/>"))

    def one(id_el):
        if local(id_el) != "ItemId":
            raise EwsError("ErrorInvalidIdMalformed")
        return _items(shape.show(svc.item(ctx, id_el)))

    return answer("GetItem", each("GetItemResponseMessage",
                                  kids(required(el, "ItemIds")), one,
                                  "<m:Items/>"))


def _check_times(item):
    a, b = item.props.get("Start"), item.props.get("End")
    if a and b and b < a:
        raise EwsError("ErrorCalendarEndDateIsEarlierThanStartDate",
                       "EndDate is earlier than StartDate")


@op("CreateItem")
def create_item(svc, ctx, el):
    how = el.get("SendMeetingInvitations")
    target = m(el, "SavedItemFolderId")
    folder = ctx.box.calendar

    def one(item_el):
        nonlocal folder
        if local(item_el) != "CalendarItem":
            raise EwsError("ErrorInvalidOperation",
                           "The lab keeps calendar items only.")
        if how is None:
            raise EwsError("ErrorSendMeetingInvitationsRequired",
                           "Send meeting invitations is required.")
        if target is not None:
            folder = svc.folder(ctx, kids(target)[0])
        # The owner of the calendar, whoever made it ([MS-OXWSMTGS]).
        box = folder.box
        item = Item(box, folder)
        item.organizer = (box.address, box.name)
        names = []
        for prop in kids(item_el):
            if local(prop) == "UID":
                item.uid = text(prop)
            else:
                names.append(fields.take(item, prop, svc.company.find))
        if "Start" not in item.props or "End" not in item.props:
            now = fields.stamp(item.created)
            item.props.setdefault("Start", now)
            item.props.setdefault("End", item.props["Start"])
        _check_times(item)
        item.uid = item.uid or new_uid(box)
        item.my_response = "Organizer" if item.is_meeting else "Unknown"
        send = item.is_meeting and how != "SendToNone"
        item.sent = send
        item.wrote("CreateItem", ctx.via, names, sent=send)
        svc.company.put(item)
        if send:
            svc.deliverer.send(item, ctx.via)
        return _items("<t:CalendarItem>%s</t:CalendarItem>"
                      % fields.item_id(item))

    return answer("CreateItem", each("CreateItemResponseMessage",
                                     kids(required(el, "Items")), one,
                                     "<m:Items/>"))


def _apply(svc, item, updates):
    """The changes on a copy first, so that a bad one leaves no trace."""
    draft = item.draft()
    names = []
    for change in updates:
        parts = kids(change)
        path = parts[0]
        if local(change) == "DeleteItemField":
            names.append(fields.delete(draft, path))
            continue
        props = kids(parts[1])
        if len(props) != 1:
            raise EwsError("ErrorIncorrectUpdatePropertyCount",
                           "An object within a change description must "
                           "contain one and only one property to modify.")
        if not fields.path_matches(path, props[0]):
            raise EwsError("ErrorUpdatePropertyMismatch",
                           "The property path does not match the property.")
        names.append(fields.take(draft, props[0], svc.company.find,
                                 local(change) == "AppendToItemField"))
    _check_times(draft)
    return draft, names


def _conflict(item, key, mode, names):
    if mode == "AlwaysOverwrite":
        return
    if not key:
        raise EwsError("ErrorChangeKeyRequired", "The change key is "
                       "required for this operation.")
    version = key_version(item, key)
    if version is None:
        raise EwsError("ErrorInvalidChangeKey",
                       "The change key is invalid.")
    if version == item.version:
        return
    if mode == "AutoResolve":
        since = {f for row in item.history if row["version"] > version
                 for f in row["fields"]}
        if not since & set(names):
            return
    raise EwsError("ErrorIrresolvableConflict",
                   "The send or update operation could not be performed "
                   "because the change key passed in the request does not "
                   "match the current change key for the item.")


def _tell(svc, ctx, item, how, before, names):
    """Invitations, updates, cancellations after a change."""
    if not item.is_meeting or not item.is_organizer:
        return False
    if how == "SendToNone":
        return False
    svc.deliverer.removed(item, before, ctx.via)
    old = {a.address.lower() for a in before}
    now = {a.address.lower() for a in item.attendees}
    only = None
    if "Changed" in how and now != old:
        only = now - old
    svc.deliverer.send(item, ctx.via, only)
    return True


def _changed(svc, ctx, item):
    """One of a series lives in its master: that is what changes."""
    if isinstance(item, series.Part):
        item.touched = True
        item.master.wrote("Occurrence", ctx.via, [], original=item.original)
        item = item.master
    svc.company.changed(item)


@op("UpdateItem")
def update_item(svc, ctx, el):
    mode = el.get("ConflictResolution")
    how = el.get("SendMeetingInvitationsOrCancellations")

    def one(change):
        id_el = kids(change)[0]
        item = svc.item(ctx, id_el)
        if how is None:
            raise EwsError("ErrorSendMeetingInvitationsOrCancellations"
                           "Required", "Send meeting invitations or "
                           "cancellations is required.")
        draft, names = _apply(svc, item, kids(t(change, "Updates")))
        _conflict(item, id_el.get("ChangeKey"), mode, names)
        before = [a.copy() for a in item.attendees]
        item.props, item.ext, item.body = draft.props, draft.ext, draft.body
        item.attendees = draft.attendees
        item.is_meeting = draft.is_meeting
        series.dropped(svc.company, item, names)
        if item.is_organizer and {"Start", "End", "Location",
                                  "Recurrence"} & set(names):
            item.sequence += 1
        # The write comes first, so that the order of the history is the
        # order of what happened.
        will_send = item.is_meeting and item.is_organizer and \
            how != "SendToNone"
        item.wrote("UpdateItem", ctx.via, names, sent=will_send, how=how,
                   mode=mode)
        _changed(svc, ctx, item)
        _tell(svc, ctx, item, how, before, names)
        return _items("<t:CalendarItem>%s</t:CalendarItem>"
                      % fields.item_id(item)) + \
            "<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"

    return answer("UpdateItem", each("UpdateItemResponseMessage",
                                     kids(required(el, "ItemChanges")), one,
                                     "<m:Items/>"))


@op("DeleteItem")
def delete_item(svc, ctx, el):
    kind = el.get("DeleteType")
    how = el.get("SendMeetingCancellations")

    def one(id_el):
        item = svc.item(ctx, id_el)
        if how is None:
            raise EwsError("ErrorSendMeetingCancellationsRequired",
                           "Send meeting cancellations is required.")
        if item.is_meeting and item.is_organizer and how != "SendToNone":
            item.cancelled = True
            svc.deliverer.cancel(item, ctx.via)
        item.wrote("DeleteItem", ctx.via, [], kind=kind)
        svc.graveyard.append(item)
        if isinstance(item, series.Part):
            series.removed(svc.company, item)
            _changed(svc, ctx, item)
            return ""
        if kind == "MoveToDeletedItems":
            svc.company.move(item, ctx.box.folders["deleteditems"])
        else:
            svc.company.remove(item)
        return ""

    return answer("DeleteItem", each("DeleteItemResponseMessage",
                                     kids(required(el, "ItemIds")), one))


@op("MoveItem")
def move_item(svc, ctx, el):
    folder = svc.folder(ctx, kids(required(el, "ToFolderId"))[0])

    def one(id_el):
        item = svc.item(ctx, id_el)
        item.wrote("MoveItem", ctx.via, [])
        svc.company.move(item, folder)
        return _items("<t:CalendarItem>%s</t:CalendarItem>"
                      % fields.item_id(item))

    return answer("MoveItem", each("MoveItemResponseMessage",
                                   kids(required(el, "ItemIds")), one,
                                   "<m:Items/>"))
