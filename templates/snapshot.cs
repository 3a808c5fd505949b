<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Maintenance</li><li>Diagnostics</li><li aria-current="page">System Snapshot</li></ol></nav>
<div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<div class="head"><div><h1>System Snapshot</h1><p class="muted">One file for whoever helps: status, logs, configuration, versions, the last connection tests and the state of each user. There is no password, key or session in it, and nothing of a meeting but its time, its keyword and what became of it.</p></div></div>
<div class="stack">
<?cs if:P.trouble ?><section class="note err" aria-labelledby="tr"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="tr">That did not work</h2><p class="any"><?cs var:P.trouble ?></p></div></section>
<?cs /if ?><?cs if:P.running ?><section class="note run" aria-labelledby="rn"><svg class="ic" aria-hidden="true"><use href="#i-run"/></svg><div><h2 id="rn">A snapshot is being made</h2><p role="status">Step <span class="num"><?cs var:P.now.step ?></span> of <span class="num"><?cs var:P.now.steps ?></span><?cs if:P.now.text ?>: <span class="any"><?cs var:P.now.text ?></span><?cs /if ?></p></div></section>
<?cs elif:P.failed ?><section class="note err" aria-labelledby="fa"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="fa">The last snapshot was not made</h2><p class="any"><?cs var:P.now.text ?></p></div></section>
<?cs elif:P.deleted ?><section class="note ok" aria-labelledby="de"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="de">The snapshot is deleted</h2></div></section>
<?cs /if ?><?cs if:P.can_write && !P.running ?><form method="post" action="/system-snapshot" class="row acts" aria-label="Make a snapshot"><?cs call:csrf() ?><button class="btn go" name="do" value="start" aria-describedby="go-h">Make a snapshot</button><span class="help" id="go-h">Takes some seconds; all goes on meanwhile. The newest <?cs var:P.keep ?> are kept.</span></form>
<?cs /if ?><section class="card flush" aria-labelledby="ls"><div class="row"><h2 id="ls">Snapshots</h2></div>
<?cs if:subcount(P.list) > #0 ?><div class="scroll" role="group" aria-labelledby="ls" tabindex="0"><table class="cards" role="table" aria-labelledby="ls">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">File</th><th role="columnheader" scope="col">Made</th><th role="columnheader" scope="col">Size</th><?cs if:P.can_write ?><th role="columnheader" scope="col">Take it or delete it</th><?cs /if ?></tr></thead>
<tbody role="rowgroup"><?cs each:x = P.list ?>
<tr role="row"><th role="rowheader" scope="row" class="any"><code><?cs var:x.name ?></code></th><td role="cell" class="nw num" data-th="Made"><span><?cs var:x.made ?></span></td><td role="cell" class="nw num" data-th="Size"><span><?cs var:x.size ?></span></td><?cs if:P.can_write ?><td role="cell"><form method="post" action="/system-snapshot" class="row one"><?cs call:csrf() ?><input type="hidden" name="name" value="<?cs var:x.name ?>"><a class="btn sml" href="/system-snapshot/download?name=<?cs var:url_escape(x.name) ?>">Download<span class="sr"> <?cs var:x.name ?></span></a><button class="btn sml" name="do" value="delete">Delete<span class="sr"> <?cs var:x.name ?></span></button></form></td><?cs /if ?></tr><?cs /each ?>
</tbody></table></div><?cs else ?><p class="help pad">There is no snapshot yet.<?cs if:P.can_write && !P.running ?> Make one with the button above.<?cs /if ?></p><?cs /if ?></section>
</div>
</div>
<?cs include:"foot.cs" ?>
