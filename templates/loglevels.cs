<?cs include:"macros.cs" ?><?cs def:level(l) ?><option value="<?cs var:l ?>"<?cs if:P.f.level.value == l ?> selected<?cs /if ?>><?cs var:l ?></option><?cs /def ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Maintenance</li><li>Diagnostics</li><li aria-current="page">Hybrid Services Log Levels</li></ol></nav>
<div class="head"><div><h1>Hybrid Services Log Levels</h1><p class="muted">How much each module writes into the <a href="/event-log">Event Log</a>. A module goes back to INFO by itself at the time that stands beside it, and when the manager starts.</p></div></div>
<div class="stack">
<?cs call:summary() ?><?cs if:P.set ?><section class="note ok" aria-labelledby="st"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="st">The level is set</h2><p>All programs log at it from now on.</p></div></section>
<?cs /if ?><?cs if:P.failed ?><section class="note err" aria-labelledby="fa"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="fa">The levels are not known</h2><p class="any"><?cs var:P.failed ?></p></div></section>
<?cs else ?><form method="post" action="/log-levels" class="stack" novalidate><?cs call:csrf() ?>
<section class="card flush" aria-labelledby="mo"><h2 class="sr" id="mo">Modules</h2>
<div class="scroll" role="group" aria-labelledby="mo" tabindex="0"><table class="cards" role="table" aria-labelledby="mo">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Module</th><th role="columnheader" scope="col" class="w1">Level</th><th role="columnheader" scope="col">Until</th><?cs if:P.can_write ?><th role="columnheader" scope="col">Change</th><?cs /if ?></tr></thead>
<tbody role="rowgroup"><?cs each:m = P.list ?>
<tr role="row"><th role="rowheader" scope="row" class="any"><code><?cs var:m.name ?></code><span class="sub"><?cs var:m.what ?></span></th><td role="cell"><?cs call:state(m) ?></td><td role="cell" class="nw num" data-th="Until"><span><?cs if:m.until ?><?cs var:m.until ?><?cs else ?>Always<?cs /if ?></span></td><?cs if:P.can_write ?><td role="cell"><span class="row one"><button class="btn sml" name="do" value="debug:<?cs var:m.name ?>">Set to debug<span class="sr"> <?cs var:m.name ?></span></button><button class="btn sml" name="do" value="info:<?cs var:m.name ?>">Reset to info<span class="sr"> <?cs var:m.name ?></span></button></span></td><?cs /if ?></tr><?cs /each ?>
</tbody></table></div></section>
<?cs if:P.can_write ?><section class="card" aria-labelledby="an"><h2 id="an">How long, or another level</h2>
<div class="f<?cs if:P.f.minutes.error ?> bad-f<?cs /if ?>"><label class="lab" for="minutes">For how many minutes</label>
<div><input class="in" id="minutes" name="minutes" type="text" inputmode="numeric" dir="ltr" value="<?cs var:P.f.minutes.value ?>"<?cs if:P.f.minutes.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("minutes") ?> autocomplete="off">
<?cs call:error_of("minutes") ?><p class="help" id="minutes-h">1 to 1440. Counts for the buttons above as well.</p></div></div>
<div class="f<?cs if:P.f.module.error ?> bad-f<?cs /if ?>"><label class="lab" for="module">Module</label>
<div><select class="in" id="module" name="module"<?cs call:described("module") ?>><?cs each:m = P.list ?><option value="<?cs var:m.name ?>"<?cs if:P.f.module.value == m.name ?> selected<?cs /if ?>><?cs var:m.name ?></option><?cs /each ?></select>
<?cs call:error_of("module") ?><p class="help" id="module-h">With all modules below it.</p></div></div>
<div class="f"><label class="lab" for="level">Level</label>
<div><select class="in" id="level" name="level" aria-describedby="level-h"><?cs call:level("FATAL") ?><?cs call:level("ERROR") ?><?cs call:level("WARN") ?><?cs call:level("INFO") ?><?cs call:level("DEBUG") ?><?cs call:level("TRACE") ?></select>
<p class="help" id="level-h">FATAL: a program ends. ERROR: something does not work. WARN: it may soon not. INFO: what was done. DEBUG: how. TRACE: each step.</p></div></div>
<div class="acts row"><button class="btn" name="do" value="set">Set this level</button></div>
</section>
<?cs /if ?></form>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
