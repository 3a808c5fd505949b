<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li aria-current="page">Connector Management</li></ol></nav>
<div class="head"><div><h1>Connector Management</h1><p class="muted">Choose a connector to see its details and to enable, disable or restart it.</p></div></div>
<div class="stack" id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<?cs if:P.mgr.why ?><section class="note err" aria-labelledby="mg"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="mg">The Management Connector does not answer</h2><p>Start the service calconn-managerd on this host. What is configured is kept.</p><p class="sm"><?cs var:P.mgr.why ?></p></div></section><?cs /if ?>
<section class="card flush" aria-labelledby="cn"><h2 class="sr" id="cn">Connectors</h2>
<div class="scroll" role="group" aria-labelledby="cn" tabindex="0"><table class="cards" role="table" aria-labelledby="cn">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Service</th><th role="columnheader" scope="col">Status</th><th role="columnheader" scope="col">Version</th><th role="columnheader" scope="col">Active</th><th role="columnheader" scope="col">Configuration</th></tr></thead>
<tbody role="rowgroup">
<tr role="row"><th role="rowheader" scope="row">Management Connector</th><td role="cell"><?cs call:state(P.mgr) ?><?cs if:P.mgr.since ?><span class="sub">Since <?cs var:P.mgr.since ?></span><?cs /if ?></td><td role="cell" data-th="Version"><span><?cs var:P.mgr.version ?></span></td><td role="cell" data-th="Active"><span>Enabled</span></td><td role="cell" data-th="Configuration"><span class="muted">None</span></td></tr>
<tr role="row"><th role="rowheader" scope="row"><a href="/connectors/calendar">Calendar Connector</a></th><td role="cell"><?cs call:state(P.cal) ?><?cs if:P.cal.since ?><span class="sub">Since <?cs var:P.cal.since ?></span><?cs /if ?></td><td role="cell" data-th="Version"><span><?cs var:P.cal.version ?></span></td><td role="cell" data-th="Active"><span><?cs if:P.enabled ?>Enabled<?cs else ?>Disabled<?cs /if ?></span></td><td role="cell" data-th="Configuration"><span><a href="/exchange">Configure Microsoft Exchange Servers</a></span></td></tr>
</tbody></table></div></section>
</div>
<?cs include:"foot.cs" ?>
