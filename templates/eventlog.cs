<?cs include:"macros.cs" ?><?cs def:word(k, label, help) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"><label class="lab" for="<?cs var:k ?>"><?cs var:label ?></label>
<div><input class="in" id="<?cs var:k ?>" name="<?cs var:k ?>" type="text" dir="auto" value="<?cs var:P.f[k].value ?>"<?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?> autocomplete="off" spellcheck="false">
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:help ?></p></div></div>
<?cs /def ?><?cs def:level(l) ?><option value="<?cs var:l ?>"<?cs if:P.f.level.value == l ?> selected<?cs /if ?>><?cs var:l ?></option><?cs /def ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li aria-current="page">Event Log</li></ol></nav>
<div class="head"><div><h1>Event Log</h1><p class="muted">What all programs of the connector have to say, newest first.</p></div><p class="sm muted row">As of <?cs var:P.now ?> <a class="lk" href="<?cs var:P.refresh_to ?>">Refresh</a></p></div>
<div class="stack">
<?cs call:summary() ?><form method="get" action="/event-log" class="card" role="search" aria-labelledby="fi" novalidate>
<h2 id="fi">Filter</h2>
<?cs call:word("all", "All of the words", "A line must hold each of them.") ?><details class="more"<?cs if:P.errors_n ?> open<?cs /if ?>><summary>More options<svg class="ic tw" aria-hidden="true"><use href="#i-chev"/></svg></summary>
<?cs call:word("any", "Any of the words", "A line must hold one of them.") ?><?cs call:word("none", "None of the words", "A line may hold none of them.") ?><?cs call:word("module", "Module", "Such as hybridservices.c_cal, with all below it.") ?><div class="f<?cs if:P.f.level.error ?> bad-f<?cs /if ?>"><label class="lab" for="level">Level</label>
<div><select class="in" id="level" name="level"<?cs call:described("level") ?>><option value="">Any</option><?cs call:level("FATAL") ?><?cs call:level("ERROR") ?><?cs call:level("WARN") ?><?cs call:level("INFO") ?><?cs call:level("DEBUG") ?><?cs call:level("TRACE") ?></select>
<?cs call:error_of("level") ?><p class="help" id="level-h">This level or a worse one.</p></div></div>
<?cs call:word("from", "From", "Local time, such as 2026-11-22 08:01.") ?><?cs call:word("to", "To", "Local time, such as 2026-11-22 17:30.") ?><?cs call:word("user", "User", "Part of the address of a mailbox, or of an administrator's name.") ?><?cs call:word("meeting", "Meeting", "Part of the UID of a meeting.") ?></details>
<div class="acts row"><button class="btn">Filter</button><a class="lk" href="/event-log">Reset</a></div>
</form>
<section class="card flush" aria-labelledby="li"><div class="row"><h2 id="li">Lines</h2><span class="row push"><a class="btn sml" href="<?cs var:P.live_to ?>"><?cs if:P.live ?>Stop following<?cs else ?>Follow<?cs /if ?></a><a class="btn sml" href="<?cs var:P.download ?>">Download these lines</a></span></div>
<div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<?cs if:P.n != "0" ?><div class="scroll" role="group" aria-labelledby="li" tabindex="0"><table class="cards" role="table" aria-labelledby="li">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="w1">Time</th><th role="columnheader" scope="col" class="w1">Level</th><th role="columnheader" scope="col">Module</th><th role="columnheader" scope="col">Event</th></tr></thead>
<tbody role="rowgroup"><?cs each:l = P.lines ?>
<tr role="row"><td role="cell" class="nw num" data-th="Time"><span><?cs var:l.at ?></span></td><td role="cell"><?cs call:state(l) ?></td><td role="cell" class="any" data-th="Module"><span><?cs if:l.module ?><a href="/event-log?module=<?cs var:url_escape(l.module) ?>"><?cs var:l.module ?></a><?cs /if ?><span class="sub any"><?cs var:l.program ?></span></span></td><td role="cell" class="any"><?cs if:l.event ?><b><?cs var:l.event ?></b><?cs else ?><code><?cs var:l.text ?></code><?cs /if ?><?cs each:k = l.pairs ?><span class="sub any"><?cs var:k.name ?>: <?cs var:k.value ?></span><?cs /each ?></td></tr><?cs /each ?>
</tbody></table></div>
<?cs else ?><p class="none">No line matches.<?cs if:P.reached ?> Looked back to <?cs var:P.reached ?>.<?cs /if ?></p><?cs /if ?><?cs if:P.older ?><nav class="row tools" aria-label="Pages of the log"><span class="row push"><a class="btn" href="<?cs var:P.older ?>" rel="next">Older</a></span></nav><?cs /if ?></div></section>
</div>
<?cs include:"foot.cs" ?>
