<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/exchange">Microsoft Exchange Configuration</a></li><li class="any"><a href="/exchange/edit?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><li aria-current="page">Delete</li></ol></nav>
<div class="head"><div><h1 class="any">Delete <?cs var:P.name ?>?</h1></div></div>
<div class="stack wide">
<form method="post" action="/exchange/delete" class="card" aria-label="Delete <?cs var:P.name ?>"><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>">
<p>The record and its sealed password are removed. Users that this server serves are unsubscribed; their meetings stay as they are. To stop it for a while only, choose No at “Enable this Exchange server?” instead.</p>
<div class="acts row"><button class="btn danger">Delete this record</button><a class="lk" href="/exchange/edit?id=<?cs var:P.id ?>">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
