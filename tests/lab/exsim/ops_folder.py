"""GetFolder, FindFolder."""
from . import fields
from .ews import answer, each, error, ok, op, required
from .model import EwsError
from .xmlout import esc, kids, t, text


def show(folder, base="Default"):
    calendar = folder.fclass == "IPF.Appointment"
    tag = "CalendarFolder" if calendar else "Folder"
    out = ["<t:%s>" % tag, fields.folder_id(folder)]
    if folder.parent is not None:
        out.append(fields.folder_id(folder.parent, "ParentFolderId"))
    if base != "IdOnly":
        children = sum(1 for f in folder.box.folders.values()
                       if f.parent is folder)
        if folder.fclass:
            out.append("<t:FolderClass>%s</t:FolderClass>" % folder.fclass)
        out.append("<t:DisplayName>%s</t:DisplayName><t:TotalCount>%d"
                   "</t:TotalCount><t:ChildFolderCount>%d"
                   "</t:ChildFolderCount>"
                   % (esc(folder.display), len(folder.items), children))
        if base == "AllProperties":
            out.append(fields._rights(None))
        out.append("<t:DistinguishedFolderId>%s</t:DistinguishedFolderId>"
                   % folder.name)
        if not calendar:
            out.append("<t:UnreadCount>0</t:UnreadCount>")
    out.append("</t:%s>" % tag)
    return "".join(out)


def _base(el):
    shape = required(el, "FolderShape")
    base = text(t(shape, "BaseShape"), "IdOnly")
    more = t(shape, "AdditionalProperties")
    return "AllProperties" if more is not None and len(kids(more)) else base


@op("GetFolder")
def get_folder(svc, ctx, el):
    base = _base(el)

    def one(id_el):
        return "<m:Folders>%s</m:Folders>" % show(svc.folder(ctx, id_el),
                                                  base)

    return answer("GetFolder", each("GetFolderResponseMessage",
                                    kids(required(el, "FolderIds")), one,
                                    "<m:Folders/>"))


def _below(folder):
    out = []
    for f in folder.box.folders.values():
        if f.parent is folder:
            out.append(f)
            out.extend(_below(f))
    return out


@op("FindFolder")
def find_folder(svc, ctx, el):
    base, deep = _base(el), el.get("Traversal") == "Deep"
    out, name = [], "FindFolderResponseMessage"
    for id_el in kids(required(el, "ParentFolderIds")):
        try:
            root = svc.folder(ctx, id_el)
        except EwsError as e:
            out.append(error(name, e))
            continue
        found = _below(root) if deep else [
            f for f in root.box.folders.values() if f.parent is root]
        out.append(ok(name, '<m:RootFolder IndexedPagingOffset="%d" '
                      'TotalItemsInView="%d" IncludesLastItemInRange="true">'
                      '<t:Folders>%s</t:Folders></m:RootFolder>'
                      % (len(found), len(found),
                         "".join(show(f, base) for f in found))))
    return answer("FindFolder", "".join(out))
