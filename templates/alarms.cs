<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li aria-current="page">Alarms</li></ol></nav>
<div class="head"><div><h1>Alarms</h1><p class="muted">What is wrong now. An alarm goes by itself when its cause is gone.<?cs if:P.can_read ?> <a href="/alarm-delivery">Have them sent</a><?cs /if ?></p></div><p class="sm muted row">As of <?cs var:P.now ?> <a class="lk" href="/alarms">Refresh</a></p></div>
<div class="stack" id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<section class="card flush" aria-labelledby="al"><h2 class="sr" id="al">List of alarms</h2>
<?cs if:subcount(P.alarms) > #0 ?><?cs include:"alarm_rows.cs" ?><?cs else ?><p class="none"><span class="st ok"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg>No alarm</span> New ones appear here and on the Overview.</p><?cs /if ?>
</section>
<?cs if:subcount(P.past) > #0 ?><section class="card flush" aria-labelledby="pa"><div class="row"><h2 id="pa">History <span class="muted">(the newest that went)</span></h2></div>
<div class="scroll" role="group" aria-labelledby="pa" tabindex="0"><table class="cards" role="table" aria-labelledby="pa">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="w1">Lowered</th><th role="columnheader" scope="col">What was wrong</th><th role="columnheader" scope="col">Raised</th><th role="columnheader" scope="col">Times</th><th role="columnheader" scope="col">Alarm ID</th></tr></thead>
<tbody role="rowgroup"><?cs each:a = P.past ?>
<tr role="row"><td role="cell" class="nw num" data-th="Lowered"><span><?cs var:a.lowered ?></span></td><th role="rowheader" scope="row" class="any"><?cs var:a.title ?><?cs if:a.subject ?><span class="sub any"><?cs var:a.subject ?></span><?cs /if ?><span class="sub any"><?cs var:a.detail ?></span></th><td role="cell" class="nw num" data-th="Raised"><span><?cs var:a.first ?></span></td><td role="cell" class="num" data-th="Times"><span><?cs var:a.count ?></span></td><td role="cell" class="num" data-th="Alarm ID"><span><?cs var:a.number ?></span></td></tr><?cs /each ?>
</tbody></table></div></section>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
