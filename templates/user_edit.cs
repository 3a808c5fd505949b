<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/users">Users</a></li><li aria-current="page" class="any"><?cs var:P.title ?></li></ol></nav>
<div class="head"><div><h1 class="any"><bdi><?cs var:P.title ?></bdi></h1><?cs if:!P.is_new ?><p class="muted row"><span>Last changed <?cs var:P.changed ?> by <?cs var:P.changed_by ?></span></p><?cs /if ?></div></div>
<div class="stack wide">
<?cs call:summary() ?><?cs call:conflict() ?><?cs if:!P.is_new ?><div class="stack" id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>><?cs call:saved("Saved") ?><section class="card" aria-labelledby="us"><h2 id="us">State</h2>
<dl class="kv"><dt>State</dt><dd><?cs call:state(P.is) ?></dd><?cs if:P.is.since ?><dt>Since</dt><dd class="num"><?cs var:P.is.since ?></dd><?cs /if ?><?cs if:P.is.failed ?><dt>Problem</dt><dd><?cs var:P.is.failed ?></dd><dt>What to do</dt><dd><?cs var:P.is.todo ?></dd><?cs /if ?><?cs if:P.is.reason ?><dt>Detail</dt><dd><?cs var:P.is.reason ?></dd><?cs /if ?><?cs if:P.is.next ?><dt>Next try</dt><dd class="num"><?cs var:P.is.next ?></dd><?cs /if ?><dt>Out of office</dt><dd class="num"><?cs if:P.is.away == "yes" ?>Yes<?cs if:P.is.away_until ?>, until <?cs var:P.is.away_until ?><?cs /if ?><?cs elif:P.is.away == "no" ?>No<?cs if:P.is.away_from ?>; it begins <?cs var:P.is.away_from ?><?cs /if ?><?cs else ?>Not known<?cs /if ?><?cs if:P.is.away_as_of ?><span class="sub">Exchange said so <?cs var:P.is.away_as_of ?></span><?cs /if ?><?cs if:P.is.away_failed ?><span class="sub any">Last try: <?cs var:P.is.away_failed ?></span><?cs /if ?></dd><dt>Last change seen</dt><dd class="num"><?cs var:P.is.event ?></dd><dt>Last decorated</dt><dd class="num"><?cs var:P.is.decorated ?></dd><dt>Decorated</dt><dd class="num"><?cs var:P.is.decorated_n ?> meetings</dd></dl></section></div><?cs /if ?>
<form method="post" action="/users/edit" class="card" aria-label="Settings of the user" novalidate><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>"><input type="hidden" name="rev" value="<?cs var:P.rev ?>">
<fieldset class="set"><legend>Mailbox</legend>
<div>
<?cs call:text("user", "address", "email", "ltr", "1") ?><?cs call:text("user", "name", "text", "auto", "") ?><?cs call:pair("user", "enabled", "yes", "Yes", "no", "No") ?></div></fieldset>
<fieldset class="set"><legend>Personal Room</legend>
<div>
<?cs call:text("user", "room_link", "url", "ltr", "") ?><?cs call:text("user", "room_number", "text", "ltr", "") ?><?cs call:text("user", "room_video", "text", "ltr", "") ?></div></fieldset>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go"><?cs if:P.is_new ?>Add<?cs else ?>Save<?cs /if ?></button><a class="lk" href="/users">Cancel</a><?cs if:P.id ?><a class="lk push err" href="/users/delete?id=<?cs var:P.id ?>">Delete this user…</a><?cs /if ?></div>
<?cs else ?><p class="acts muted">Your account may read these settings, not change them.</p><?cs /if ?></form>
</div>
<?cs include:"foot.cs" ?>
