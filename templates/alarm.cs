<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li><a href="/alarms">Alarms</a></li><li aria-current="page"><?cs if:P.a.number ?><?cs var:P.a.number ?><?cs else ?>Not raised<?cs /if ?></li></ol></nav>
<?cs if:!P.a.number ?><div class="head"><div><h1>This alarm is not raised</h1><p class="muted">Its cause is gone, or it never was. The newest that went are in the history under <a href="/alarms">Alarms</a>.</p></div></div>
<?cs else ?><div class="head"><div><h1><?cs var:P.a.title ?></h1><?cs if:P.a.subject ?><p class="muted any"><?cs var:P.a.subject ?></p><?cs /if ?></div></div>
<div class="stack">
<?cs call:summary() ?><?cs if:P.done ?><section class="note ok" aria-labelledby="dn"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="dn">Acknowledged</h2><p>It stays so until the alarm goes or its cause changes.</p></div></section>
<?cs /if ?><section class="card" aria-labelledby="wh"><h2 class="sr" id="wh">What it means</h2>
<dl class="kv"><dt>Alarm ID</dt><dd class="num"><?cs var:P.a.number ?></dd><dt>Severity</dt><dd><?cs call:state(P.a) ?></dd><dt>State</dt><dd><?cs if:P.a.acked ?>Acknowledged by <?cs var:P.a.acked_by ?>, <span class="num"><?cs var:P.a.acked ?></span><?cs else ?>New<?cs /if ?></dd><dt>What happened</dt><dd class="any"><?cs var:P.a.detail ?></dd><dt>Consequence</dt><dd><?cs var:P.a.consequence ?></dd><dt>What to do</dt><dd><?cs var:P.a.todo ?><?cs if:P.can_read ?><?cs if:P.a.page ?> <a href="<?cs var:P.a.page ?>"><?cs var:P.a.page_name ?></a><?cs /if ?><?cs /if ?></dd><dt>First raised</dt><dd class="num"><?cs var:P.a.first ?></dd><dt>Last raised</dt><dd class="num"><?cs var:P.a.last ?></dd><dt>Times</dt><dd class="num"><?cs var:P.a.count ?></dd><dt>Users</dt><dd class="num"><?cs var:P.a.users ?></dd></dl>
<?cs if:P.decide && P.can_write ?><?cs call:decide(P.a.subject) ?><?cs /if ?></section>
<?cs if:P.can_write ?><form method="post" action="/alarms/show" class="card" aria-labelledby="ac" novalidate><?cs call:csrf() ?><input type="hidden" name="n" value="<?cs var:P.a.number ?>"><input type="hidden" name="about" value="<?cs var:P.a.subject ?>">
<h2 id="ac">Acknowledge</h2>
<div class="f<?cs if:P.f.note.error ?> bad-f<?cs /if ?>"><label class="lab" for="note">Note</label>
<div><input class="in" id="note" name="note" type="text" dir="auto" value="<?cs var:P.f.note.value ?>"<?cs if:P.f.note.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("note") ?> autocomplete="off">
<?cs call:error_of("note") ?><p class="help" id="note-h">Who looks after it, or why it can wait. Optional. An acknowledged alarm stays in the list and no longer counts above.</p></div></div>
<div class="acts row"><button class="btn" name="do" value="ack"><?cs if:P.a.acked ?>Change the note<?cs else ?>Acknowledge<?cs /if ?></button></div>
</form>
<?cs elif:P.a.note ?><section class="card" aria-labelledby="nt"><h2 id="nt">Note</h2><p class="any"><?cs var:P.a.note ?></p></section>
<?cs /if ?><?cs if:subcount(P.touched.list) > #0 ?><section class="card flush" aria-labelledby="ut"><div class="row"><h2 id="ut">Whom it touches <span class="muted">(<?cs var:P.a.users ?>)</span></h2></div>
<div class="scroll" role="group" aria-labelledby="ut" tabindex="0"><table class="cards" role="table" aria-labelledby="ut">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Name</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Last result</th><th role="columnheader" scope="col">State since</th></tr></thead>
<tbody role="rowgroup"><?cs each:u = P.touched.list ?>
<tr role="row"><th role="rowheader" scope="row"><a class="any" href="/users/edit?id=<?cs var:u.id ?>"><bdi><?cs if:u.name ?><?cs var:u.name ?><?cs else ?><?cs var:u.address ?><?cs /if ?></bdi></a><?cs if:u.name ?><span class="sub any"><?cs var:u.address ?></span><?cs /if ?></th><td role="cell"><?cs call:state(u) ?></td><td role="cell" class="any" data-th="Last result"><span><?cs var:u.result ?></span></td><td role="cell" class="nw num" data-th="Since"><span><?cs var:u.since ?></span></td></tr><?cs /each ?>
</tbody></table></div>
<nav class="row tools" aria-label="Pages of the list"><span class="sm muted num">Users <?cs var:P.touched.first ?> to <?cs var:P.touched.last ?> of <?cs var:P.touched.total ?></span><span class="row push"><?cs if:P.touched.prev ?><a class="btn" href="<?cs var:P.touched.prev ?>" rel="prev">Previous</a><?cs /if ?><?cs if:P.touched.next ?><a class="btn" href="<?cs var:P.touched.next ?>" rel="next">Next</a><?cs /if ?></span></nav></section>
<?cs /if ?></div>
<?cs /if ?><?cs include:"foot.cs" ?>
