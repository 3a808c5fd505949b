<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/workspaces">Workspaces</a></li><li class="any"><a href="/workspaces/edit?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><li aria-current="page">Delete</li></ol></nav>
<div class="head"><div><h1 class="any">Delete <?cs var:P.name ?>?</h1></div></div>
<div class="stack wide">
<form method="post" action="/workspaces/delete" class="card" aria-label="Delete <?cs var:P.name ?>"><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>">
<p>The workspace and its sealed password are removed at once. What the device was told last stays on it until those meetings are over; the calendar of the room is not touched.</p>
<div class="acts row"><button class="btn danger">Delete this workspace</button><a class="lk" href="/workspaces/edit?id=<?cs var:P.id ?>">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
