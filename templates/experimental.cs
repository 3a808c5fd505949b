<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><div class="head"><div><h1>Experimental</h1><p class="muted">For support. Nothing here does more than your role may do anyway.</p></div></div>
<div class="stack medium">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="es">The menu is not shown</h2>
<ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div>
</section>
<?cs /if ?><?cs if:P.experimental ?><section class="note ok" aria-labelledby="on"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="on">The Experimental menu is shown</h2><p>In this session only, until you sign out or hide it.</p></div></section>
<form method="post" action="/setaccess" class="card" aria-label="Hide the menu"><?cs call:csrf() ?>
<ul class="facts"><li><a href="/log-levels">Hybrid Services Log Levels</a></li><li><a href="/event-log?module=hybridservices">Hybrid Services Log</a></li></ul>
<div class="acts row"><button class="btn" name="do" value="hide">Hide the menu</button></div>
</form>
<?cs else ?><form method="post" action="/setaccess" class="card" novalidate aria-label="Enable access"><?cs call:csrf() ?>
<div class="f<?cs if:P.f.access.error ?> bad-f<?cs /if ?>"><label class="lab" for="access">Access password</label>
<div><input class="in" id="access" name="access" type="password" autocomplete="off" required<?cs if:P.f.access.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("access") ?>>
<?cs call:error_of("access") ?><p class="help" id="access-h">Not your own password: the one that support or the appliance's documents name.</p></div></div>
<div class="acts row"><button class="btn">Enable access</button></div>
</form>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
