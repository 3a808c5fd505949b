<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li aria-current="page">Rule Tester</li></ol></nav>
<div class="head"><div><h1>Rule Tester</h1><p class="muted">What would happen with a meeting. Nothing is written, sent or kept.</p></div></div>
<div class="stack">
<?cs if:P.wrong ?><section class="note err" role="alert"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><p><a href="#body"><?cs var:P.wrong ?></a></p></div></section><?cs /if ?><?cs
if:P.try.done ?><section class="card" aria-labelledby="rt" role="status"><h2 id="rt">What would happen</h2>
<p><?cs var:P.try.says ?></p>
<dl class="kv"><dt>Keyword that counts</dt><dd><?cs if:P.try.keyword ?><code><?cs var:P.try.keyword ?></code><?cs else ?>None<?cs /if ?></dd><?cs
if:P.try.link ?><dt>Personal Room</dt><dd class="any"><code><?cs var:P.try.link ?></code><?cs if:P.try.by_rule ?>, by the rule<?cs else ?>, the user's own<?cs /if ?></dd><?cs /if ?><?cs
if:P.try.service ?><dt>Video address</dt><dd><?cs var:P.try.service ?>, in the <?cs var:P.try.place ?></dd><?cs /if ?><?cs
if:P.try.dial ?><dt>Room systems dial</dt><dd class="any"><code><?cs var:P.try.dial ?></code></dd><?cs /if ?><?cs
if:P.try.url ?><dt>Link</dt><dd class="any"><code><?cs var:P.try.url ?></code></dd><?cs /if ?></dl>
<?cs if:P.try.block ?><div class="f"><label class="lab" for="block">Written into the invitation</label><div><textarea class="in mono" id="block" rows="12" dir="auto" readonly spellcheck="false">
<?cs var:P.try.block ?></textarea></div></div><?cs /if ?></section><?cs /if ?>
<form method="post" action="/rule-tester" class="card" aria-labelledby="rf"><?cs call:csrf() ?>
<h2 id="rf">A meeting</h2>
<div class="f"><label class="lab" for="location">Location</label>
<div><input class="in" id="location" name="location" type="text" dir="auto" value="<?cs var:P.location ?>" aria-describedby="location-h" autocomplete="off" spellcheck="false"><p class="help" id="location-h">As a person types it, such as Room 5; @webex. A keyword counts here only.</p></div></div>
<div class="f"><label class="lab" for="body">Body</label>
<div><textarea class="in mono" id="body" name="body" rows="8" dir="auto" spellcheck="false" autocomplete="off" aria-describedby="body-h">
<?cs var:P.body ?></textarea><p class="help" id="body-h">Where no keyword stands, the first video address of location or body counts. At most 64 KiB.</p></div></div>
<fieldset class="f" aria-describedby="kind-h"><legend><span class="lab">The body is</span></legend><div><label class="ch"><input type="radio" name="kind" value="text"<?cs if:!P.html ?> checked<?cs /if ?>>Plain text</label><label class="ch"><input type="radio" name="kind" value="html"<?cs if:P.html ?> checked<?cs /if ?>>HTML</label><p class="help" id="kind-h">Paste the source for HTML.</p></div></fieldset>
<div class="f"><label class="lab" for="user">Organizer</label>
<div><input class="in" id="user" name="user" type="email" dir="ltr" value="<?cs var:P.user ?>" aria-describedby="user-h" autocomplete="off" spellcheck="false"><p class="help" id="user-h">The e-mail address of a user. Optional.</p></div></div>
<div class="acts row"><button class="btn go">See what would happen</button></div>
</form>
</div>
<?cs include:"foot.cs" ?>
