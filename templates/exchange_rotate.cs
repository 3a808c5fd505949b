<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/exchange">Microsoft Exchange Configuration</a></li><li class="any"><a href="/exchange/edit?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><li aria-current="page">Service account</li></ol></nav>
<div class="head"><div><h1 class="any">Service account of <?cs var:P.name ?></h1><p class="muted">The next account is entered and tested beside the current one, then taken with one press. No subscription is dropped.</p></div></div>
<div class="stack wide">
<?cs call:summary() ?><div class="stack" id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>><?cs if:P.taken ?><?cs call:saved("The next account was taken, and the record is saved") ?><?cs /if ?><?cs if:P.dropped ?><section class="note ok" aria-labelledby="dr"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="dr">Forgotten</h2><p>The next account and its password are removed. The current one stays.</p></div></section>
<?cs /if ?></div>
<section class="card" aria-labelledby="cu"><h2 id="cu">Current account</h2>
<dl class="kv"><dt>Username</dt><dd><code><?cs var:P.account ?></code></dd><dt>Password</dt><dd><?cs if:P.age ?><?cs var:P.age ?> <span class="muted num">(<?cs var:P.set ?>)</span><?cs else ?>None is stored<?cs /if ?></dd><dt>Maximum age</dt><dd><?cs if:P.max_days ?><?cs var:P.max_days ?> days<?cs if:P.until ?>, until <span class="num"><?cs var:P.until ?></span><?cs /if ?>; alarm 60105 comes at 80 %<?cs else ?>Not declared on the page of the record<?cs /if ?></dd></dl></section>
<?cs if:P.next.account ?><section class="card" aria-labelledby="ne"><div class="row"><h2 id="ne">Next account</h2><span class="push"><?cs if:P.next.word ?><span class="st <?cs var:P.next.cls ?>"><svg class="ic" aria-hidden="true"><use href="#i-<?cs var:P.next.icon ?>"/></svg><?cs var:P.next.word ?></span><?cs else ?><span class="st"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg>Not tested</span><?cs /if ?></span></div>
<dl class="kv"><dt>Username</dt><dd><code><?cs var:P.next.account ?></code></dd><dt>Password</dt><dd><?cs var:P.next.age ?> by <span class="any"><?cs var:P.next.by ?></span> <span class="muted num">(<?cs var:P.next.entered ?>)</span></dd><?cs if:P.next.tested ?><dt>Tested</dt><dd class="num"><?cs var:P.next.tested ?></dd><?cs /if ?></dl>
<?cs if:P.can_write ?><form method="post" action="/exchange/rotate" class="acts row" aria-label="What to do with the next account"><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>"><?cs if:P.next.passed ?><button class="btn go" name="do" value="take">Take this account now</button><?cs /if ?><button class="btn" name="do" value="test">Test it again</button><button class="btn" name="do" value="drop">Forget it</button><?cs if:!P.next.passed ?><span class="sm muted">It can be taken as soon as it has passed its test.</span><?cs /if ?></form>
<?cs /if ?></section>
<?cs /if ?><?cs if:P.can_write ?><form method="post" action="/exchange/rotate" class="card" aria-labelledby="en" novalidate><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>">
<h2 id="en"><?cs if:P.next.account ?>Enter another next account<?cs else ?>Enter the next account<?cs /if ?></h2>
<?cs call:text("exchange", "account", "text", "ltr", "1") ?><div class="f<?cs if:P.f.password.error ?> bad-f<?cs /if ?>">
<label class="lab" for="password"><?cs var:S.set.exchange.password.label ?><span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" dir="ltr" id="password" name="password" type="password" value=""<?cs if:P.f.password.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("password") ?> autocomplete="new-password">
<?cs call:error_of("password") ?><p class="help" id="password-h"><?cs var:S.set.exchange.password.help ?> The current account with a new password is a next account as well.</p></div>
</div>
<div class="acts row"><button class="btn<?cs if:!P.next.passed ?> go<?cs /if ?>" name="do" value="enter">Enter and test</button></div></form>
<?cs else ?><p class="muted">Your account may read these settings, not change them.</p>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
