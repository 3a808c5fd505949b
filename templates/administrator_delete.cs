<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Users</li><li><a href="/administrators">Administrator accounts</a></li><li class="any"><a href="/administrators/edit?name=<?cs var:url_escape(P.name) ?>"><?cs var:P.name ?></a></li><li aria-current="page">Delete</li></ol></nav>
<div class="head"><div><h1 class="any">Delete <bdi><?cs var:P.name ?></bdi>?</h1></div></div>
<div class="stack wide">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="es">Nothing was deleted</h2><ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div></section>
<?cs /if ?><form method="post" action="/administrators/delete" class="card" aria-label="Delete this administrator" novalidate><?cs call:csrf() ?><input type="hidden" name="name" value="<?cs var:P.name ?>">
<dl class="kv"><dt>Name</dt><dd class="any"><?cs var:P.name ?><?cs if:P.is_self ?> (this is you)<?cs /if ?></dd><dt>Access</dt><dd><?cs var:P.as ?></dd><dt>Last sign-in</dt><dd class="num"><?cs var:P.last ?></dd></dl>
<p>Its sessions end at once. What it changed stays, and stays in the Configuration Log.</p>
<div class="f<?cs if:P.f.current.error ?> bad-f<?cs /if ?>"><label class="lab" for="current">Your own password<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="current" name="current" type="password" autocomplete="current-password" required<?cs if:P.f.current.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("current") ?>>
<?cs call:error_of("current") ?><p class="help" id="current-h">Asked for before each change of an account.</p></div></div>
<div class="acts row"><button class="btn danger">Delete this administrator</button><a class="lk" href="/administrators/edit?name=<?cs var:url_escape(P.name) ?>">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
