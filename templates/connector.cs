<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li><a href="/connectors">Connector Management</a></li><li aria-current="page">Calendar Connector</li></ol></nav>
<div id="live" data-poll="<?cs var:P.poll ?>">
<div class="head"><div><h1>Calendar Connector</h1>
<p class="muted row"><span><?cs call:state(P.cal) ?><?cs if:P.cal.since ?> since <?cs var:P.cal.since ?><?cs /if ?></span><span>Revision <?cs var:P.cal.rev ?> <?cs if:P.cal.in_effect ?>in effect<?cs else ?>not yet in effect<?cs /if ?></span><span><?cs var:P.users.subscribed ?> of <?cs var:P.users.enabled ?> enabled users subscribed</span></p></div>
<a class="lk" href="/connectors">Back to connector list</a></div>
<div class="stack">
<?cs if:P.mgr.why ?><section class="note err" aria-labelledby="mg"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="mg">The Management Connector does not answer</h2><p>Start the service calconn-managerd on this host. What is configured is kept.</p><p class="sm"><?cs var:P.mgr.why ?></p></div></section><?cs /if ?>
<?cs call:saved("Saved") ?><?cs if:P.restarted ?><section class="note ok" aria-labelledby="rs"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="rs">The connector was told to restart</h2><p>Its state above follows by itself.</p></div></section>
<?cs /if ?><?cs if:P.ver.last.running ?><section class="note run" aria-labelledby="vr"><svg class="ic" aria-hidden="true"><use href="#i-run"/></svg><div><h2 id="vr"><?cs var:P.ver.last.doing ?></h2><p><?cs var:P.ver.last.step ?>. These pages are away for some seconds meanwhile.</p></div></section>
<?cs elif:P.ver.last.asked ?><section class="note run" aria-labelledby="vq"><svg class="ic" aria-hidden="true"><use href="#i-wait"/></svg><div><h2 id="vq">Another version was asked for</h2><p>It begins in a moment.</p></div></section>
<?cs elif:P.ver.last.failed ?><section class="note err" aria-labelledby="vf"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="vf"><?cs var:P.ver.last.title ?> failed</h2><p class="any"><?cs var:P.ver.last.failed ?></p></div></section>
<?cs elif:P.asked ?><section class="note ok" aria-labelledby="va"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="va">The Management Connector was told so</h2><p>What comes of it is shown below.</p></div></section>
<?cs /if ?><?cs if:P.cal.reason ?><section class="note <?cs if:P.cal.cls == "err" ?>err<?cs else ?>run<?cs /if ?>" aria-labelledby="wy"><svg class="ic" aria-hidden="true"><use href="#i-<?cs if:P.cal.cls == "err" ?>err<?cs else ?>info<?cs /if ?>"/></svg><div><h2 id="wy">Why it is so</h2><p class="any"><?cs var:P.cal.reason ?></p></div></section>
<?cs /if ?></div></div>
<div class="stack after">
<section class="card" aria-labelledby="op"><h2 id="op">Operation</h2>
<?cs if:P.can_write ?><form method="post" action="/connectors/calendar" class="row"><?cs call:csrf() ?><label for="ac"><b>Active</b></label><select class="in" id="ac" name="active" aria-describedby="ac-h"><option value="enabled"<?cs if:P.enabled ?> selected<?cs /if ?>>Enabled</option><option value="disabled"<?cs if:!P.enabled ?> selected<?cs /if ?>>Disabled</option></select><button class="btn<?cs if:!P.enabled ?> go<?cs /if ?>" name="do" value="save">Save</button></form>
<p class="help" id="ac-h">Disabled stops the connector and keeps it stopped. Meetings that change meanwhile are read when it starts again.</p>
<form method="post" action="/connectors/calendar" class="row acts"><?cs call:csrf() ?><button class="btn" name="do" value="restart" aria-describedby="rs-h">Restart</button><span class="help" id="rs-h">Some seconds. No meeting is lost and no setting needs it.</span></form>
<?cs else ?><dl class="kv"><dt>Active</dt><dd><?cs if:P.enabled ?>Enabled<?cs else ?>Disabled<?cs /if ?></dd></dl>
<?cs /if ?></section>
<?cs if:P.ver.installed ?><section class="card" aria-labelledby="vs"><h2 id="vs">Versions</h2>
<dl class="kv"><dt>Installed version</dt><dd class="num"><?cs var:P.ver.installed ?></dd>
<dt>Target version</dt><dd><?cs if:P.ver.target ?><span class="row"><span class="num"><?cs var:P.ver.target ?></span><?cs if:P.can_write && !P.ver.last.running ?><a class="btn" href="/connectors/calendar/version?do=rollback&amp;version=<?cs var:url_escape(P.ver.target) ?>">Roll back</a><?cs /if ?></span><?cs else ?><span class="muted">None: no earlier version is on this host</span><?cs /if ?></dd>
<?cs if:subcount(P.ver.rejected) > #0 ?><dt>Rejected version</dt><?cs each:x = P.ver.rejected ?><dd><span class="row"><span class="num"><?cs var:x.version ?></span><?cs if:P.can_write ?><a class="lk" href="/connectors/calendar/version?do=allow&amp;version=<?cs var:url_escape(x.version) ?>">Allow this upgrade<span class="sr"> to <?cs var:x.version ?></span></a><?cs /if ?></span></dd><?cs /each ?><?cs /if ?></dl>
<?cs if:P.can_write ?><p class="row acts"><a class="btn" href="/connectors/calendar/install" aria-describedby="ib-h">Install a bundle</a><span class="help" id="ib-h">Sent from this browser; on this host <code>calconnctl connector install FILE</code> does the same.</span></p><?cs /if ?></section>
<?cs /if ?><?cs if:subcount(P.processes) > #0 ?><section class="card flush" aria-labelledby="pr"><div class="row"><h2 id="pr">Processes</h2></div>
<div class="scroll" role="group" aria-labelledby="pr" tabindex="0"><table class="cards" role="table" aria-labelledby="pr">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Program</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Process</th><th role="columnheader" scope="col">Since</th><th role="columnheader" scope="col">Restarts</th><th role="columnheader" scope="col">Last unexpected end</th></tr></thead>
<tbody role="rowgroup"><?cs each:x = P.processes ?>
<tr role="row"><th role="rowheader" scope="row" class="mono"><?cs var:x.program ?></th><td role="cell"><?cs call:state(x) ?></td><td role="cell" class="num" data-th="Process"><span><?cs var:x.pid ?></span></td><td role="cell" class="nw num" data-th="Since"><span><?cs var:x.since ?></span></td><td role="cell" class="num" data-th="Restarts"><span><?cs var:x.restarts ?></span></td><td role="cell" class="any" data-th="Last unexpected end"><span><?cs if:x.why ?><?cs var:x.why ?><span class="sub"><?cs var:x.ended ?></span><?cs else ?><span class="muted">None</span><?cs /if ?></span></td></tr><?cs /each ?>
</tbody></table></div></section>
<?cs /if ?><section class="card flush" aria-labelledby="ll"><div class="row"><h2 id="ll">Last log lines</h2><a class="btn sml push" href="/event-log">Event Log</a></div>
<?cs if:subcount(P.lines) > #0 ?><div class="scroll" role="group" aria-labelledby="ll" tabindex="0"><table class="cards" role="table" aria-labelledby="ll">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="w1">Time</th><th role="columnheader" scope="col" class="w1">Level</th><th role="columnheader" scope="col">Line</th></tr></thead>
<tbody role="rowgroup"><?cs each:l = P.lines ?>
<tr role="row"><td role="cell" class="nw num" data-th="Time"><span><?cs var:l.at ?></span></td><td role="cell"><?cs call:state(l) ?></td><td role="cell" class="any"><code><?cs var:l.text ?></code></td></tr><?cs /each ?>
</tbody></table></div>
<?cs else ?><p class="none"><?cs if:P.lines_why ?><?cs var:P.lines_why ?><?cs else ?>The connector has written nothing of late.<?cs /if ?></p><?cs /if ?></section>
</div>
<?cs include:"foot.cs" ?>
