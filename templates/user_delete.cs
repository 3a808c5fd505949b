<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/users">Users</a></li><li class="any"><a href="/users/edit?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><li aria-current="page">Delete</li></ol></nav>
<div class="head"><div><h1 class="any">Delete <?cs var:P.name ?>?</h1></div></div>
<div class="stack wide">
<form method="post" action="/users/delete" class="card" aria-label="Delete <?cs var:P.name ?>"><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>">
<p>The connector stops listening to <b class="any"><?cs var:P.address ?></b> and forgets the Personal Room. Meetings that have join details keep them.</p>
<div class="acts row"><button class="btn danger">Delete this user</button><a class="lk" href="/users/edit?id=<?cs var:P.id ?>">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
