<?cs include:"macros.cs" ?><?cs def:own() ?><div class="f<?cs if:P.f.current.error ?> bad-f<?cs /if ?>"><label class="lab" for="current">Your own password<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="current" name="current" type="password" autocomplete="current-password" required<?cs if:P.f.current.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("current") ?>>
<?cs call:error_of("current") ?><p class="help" id="current-h">The one that you signed in with.</p></div></div>
<?cs /def ?><?cs include:"head.cs" ?><div class="head"><div><h1>Second factor</h1><p class="muted">Six digits that an app on your phone shows, asked for beside your password at each sign-in.</p></div></div>
<div class="stack medium">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="es">Nothing was changed</h2><ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div></section>
<?cs elif:P.done ?><section class="note ok" aria-labelledby="es"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="es">The second factor is set</h2><p>From your next sign-in on, a code is asked for. If the phone is lost, another read-write administrator can take the second factor away.</p></div></section>
<?cs elif:P.gone ?><section class="note ok" aria-labelledby="es"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="es">The second factor is taken away</h2><p>Your password alone is enough again.</p></div></section>
<?cs /if ?><?cs if:P.box ?><form method="post" action="/second-factor" class="card" aria-labelledby="sk" novalidate><?cs call:csrf() ?><input type="hidden" name="box" value="<?cs var:P.box ?>">
<h2 id="sk">Give the key to the app</h2>
<?cs if:P.again ?><p>The key is shown only once. It still counts; if the app does not have it, begin again.</p>
<?cs else ?><p>In the app choose to enter a key by hand, time-based. The key is shown this once:</p>
<p><code class="any" id="key"><?cs var:P.key ?></code></p>
<?cs /if ?><div class="f<?cs if:P.f.code.error ?> bad-f<?cs /if ?>"><label class="lab" for="code">Code<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" dir="ltr" required<?cs if:P.f.code.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("code") ?>>
<?cs call:error_of("code") ?><p class="help" id="code-h">What the app shows now. It proves that the app has the key.</p></div></div>
<div class="acts row"><button class="btn go" name="do" value="confirm">Set the second factor</button><a class="lk" href="/second-factor">Cancel</a></div>
</form>
<?cs elif:P.since ?><form method="post" action="/second-factor" class="card" aria-labelledby="sk" novalidate><?cs call:csrf() ?>
<h2 id="sk">Set since <?cs var:P.since ?></h2>
<p>A new key takes the place of the one that is set; without one, the password alone is enough.</p>
<?cs call:own() ?><div class="acts row"><button class="btn" name="do" value="begin">Make a new key</button><button class="btn danger" name="do" value="remove">Take it away</button></div>
</form>
<?cs else ?><form method="post" action="/second-factor" class="card" aria-labelledby="sk" novalidate><?cs call:csrf() ?>
<h2 id="sk">Not set</h2>
<p>Any app for time-based codes does (RFC 6238). The key is kept sealed; nobody can read it back.</p>
<?cs call:own() ?><div class="acts row"><button class="btn go" name="do" value="begin">Make a key</button></div>
</form>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
