<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Status</li><li aria-current="page">Overview</li></ol></nav>
<div class="head"><div><h1>Overview</h1></div><p class="sm muted row">As of <?cs var:P.now ?> <a class="lk" href="/">Refresh</a></p></div>
<div class="stack" id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>>
<?cs if:P.begin == "exchange" ?><section class="note run" aria-labelledby="first"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg><div><h2 id="first">Nothing is configured yet: begin with Microsoft Exchange.</h2><p>Link the connector to your Exchange server. Then enable users, and start the connector.</p><?cs if:P.can_write ?><p class="row"><a class="btn go" href="/exchange/new">Link Microsoft Exchange</a></p><?cs /if ?></div></section>
<?cs elif:P.begin == "users" ?><section class="note run" aria-labelledby="first"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg><div><h2 id="first">Exchange is linked; no user is added yet.</h2><p>Add the people whose meetings get join details.</p><?cs if:P.can_write ?><p class="row"><a class="btn go" href="/users/new">Add a user</a></p><?cs /if ?></div></section>
<?cs elif:P.begin == "enable" ?><section class="note run" aria-labelledby="first"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg><div><h2 id="first">No user is enabled.</h2><p>The connector listens to the calendars of enabled users only.</p><?cs if:P.can_read ?><p class="row"><a class="btn go" href="/users">Enable users</a></p><?cs /if ?></div></section>
<?cs elif:P.begin == "connector" ?><section class="note run" aria-labelledby="first"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg><div><h2 id="first">The Calendar Connector is not enabled.</h2><p>Everything else is in place. No calendar is read until you enable it.</p><?cs if:P.can_write ?><p class="row"><a class="btn go" href="/connectors/calendar">Enable the connector</a></p><?cs /if ?></div></section>
<?cs /if ?><?cs if:P.cal.cls == "err" ?><?cs if:!P.begin ?><section class="note err" aria-labelledby="ce"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="ce">The Calendar Connector: <?cs var:P.cal.word ?></h2><p class="any"><?cs var:P.cal.reason ?></p><?cs if:P.can_read ?><p><a class="btn" href="/connectors/calendar">Show the connector</a></p><?cs /if ?></div></section>
<?cs /if ?><?cs /if ?><?cs if:subcount(P.alarms) > #0 ?><section class="card flush" aria-labelledby="al"><div class="row"><h2 id="al">What is wrong</h2><a class="lk push" href="/alarms">Alarms</a></div>
<?cs include:"alarm_rows.cs" ?></section>
<?cs /if ?><?cs if:P.begin != "exchange" ?><section aria-labelledby="fig"><h2 class="sr" id="fig">Figures</h2>
<div class="grid">
<div class="card"><h3>Users subscribed</h3>
<p><span class="big num"><?cs var:P.users.subscribed ?></span> <span class="muted">of <?cs var:P.users.enabled ?> enabled</span></p>
<dl class="kv num"><dt><span class="st err"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>Error</span></dt><dd><?cs if:P.can_read ?><a class="lk" href="/users?state=error"><?cs var:P.users.error ?></a><?cs else ?><?cs var:P.users.error ?><?cs /if ?></dd><dt><span class="st run"><svg class="ic" aria-hidden="true"><use href="#i-wait"/></svg>Pending</span></dt><dd><?cs if:P.can_read ?><a class="lk" href="/users?state=pending"><?cs var:P.users.pending ?></a><?cs else ?><?cs var:P.users.pending ?><?cs /if ?></dd><dt><span class="st"><svg class="ic" aria-hidden="true"><use href="#i-off"/></svg>Disabled</span></dt><dd><?cs if:P.can_read ?><a class="lk" href="/users?state=disabled"><?cs var:P.users.disabled ?></a><?cs else ?><?cs var:P.users.disabled ?><?cs /if ?></dd></dl></div>
<div class="card srv"><h3>Calendar Connector</h3>
<dl class="kv"><dt>State</dt><dd><?cs call:state(P.cal) ?></dd><?cs if:P.cal.since ?><dt>Since</dt><dd><?cs var:P.cal.since ?></dd><?cs /if ?><dt>Settings</dt><dd>Revision <?cs var:P.cal.rev ?> <?cs if:P.cal.in_effect ?>in effect<?cs else ?>not yet in effect<?cs /if ?></dd></dl>
<?cs if:P.can_read ?><div class="acts row"><a class="lk" href="/connectors">Connector Management</a></div><?cs /if ?></div>
</div></section>
<section aria-labelledby="srv"><div class="row"><h2 id="srv">Servers and services</h2><?cs if:P.can_write ?><a class="lk push" href="/exchange/new">New Exchange server</a><?cs /if ?></div>
<div class="grid"><?cs each:x = P.servers ?>
<article class="card srv"><div class="row"><h3 class="any"><?cs var:x.name ?></h3><span class="push"><?cs include:"exchange_state.cs" ?></span></div>
<dl class="kv"><dt>Address</dt><dd><?cs var:x.address ?></dd><dt>Account</dt><dd><?cs var:x.account ?></dd><?cs if:x.has_users ?><dt>Users</dt><dd><?cs var:x.users ?></dd><?cs /if ?><dt>Test passed</dt><dd><?cs var:x.tested ?></dd></dl>
<?cs if:P.can_read ?><div class="acts row"><a class="lk" href="/exchange/edit?id=<?cs var:x.id ?>"><?cs if:P.can_write ?>Edit<?cs else ?>Show<?cs /if ?><span class="sr"> <?cs var:x.name ?></span></a></div><?cs /if ?></article><?cs /each ?>
</div></section>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
