<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><div class="stack narrow">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="es">Name and password are both needed</h2>
<ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div>
</section><?cs elif:P.until ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="es">Too many failed attempts</h2><p>Signing in is possible again at <?cs var:P.until ?>.</p></div>
</section><?cs elif:P.refused ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="es">The name, the password or the code is wrong</h2><p>After several failed attempts, signing in stops for a while.</p></div>
</section><?cs elif:P.ended ?><section class="note run" aria-labelledby="es">
<svg class="ic" aria-hidden="true"><use href="#i-info"/></svg>
<div><h2 id="es">Your session has ended; nothing was saved</h2><p>A session ends after 30 minutes without use, and 8 hours after the sign-in.</p></div>
</section><?cs elif:P.out ?><section class="note ok" aria-labelledby="es">
<svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg>
<div><h2 id="es">You are signed out</h2></div>
</section><?cs /if ?>
<form method="post" action="/sign-in" class="card" novalidate><input type="hidden" name="csrf" value="<?cs var:P.pre ?>"><?cs if:P.next ?><input type="hidden" name="next" value="<?cs var:P.next ?>"><?cs /if ?>
<h1>Sign in</h1>
<div class="f up<?cs if:P.f.name.error ?> bad-f<?cs /if ?>"><label class="lab" for="name">Name</label>
<div><input class="in" id="name" name="name" type="text" value="<?cs var:P.f.name.value ?>" autocomplete="username" autocapitalize="none" spellcheck="false" required<?cs if:P.f.name.error ?> aria-invalid="true" aria-describedby="name-e"<?cs /if ?>><?cs call:error_of("name") ?></div></div>
<div class="f up<?cs if:P.f.password.error ?> bad-f<?cs /if ?>"><label class="lab" for="password">Password</label>
<div><input class="in" id="password" name="password" type="password" autocomplete="current-password" required<?cs if:P.f.password.error ?> aria-invalid="true" aria-describedby="password-e"<?cs /if ?>><?cs call:error_of("password") ?></div></div>
<div class="f up<?cs if:P.f.code.error ?> bad-f<?cs /if ?>"><label class="lab" for="code">Code</label>
<div><input class="in" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" dir="ltr" aria-describedby="<?cs if:P.f.code.error ?>code-e <?cs /if ?>code-h"<?cs if:P.f.code.error ?> aria-invalid="true"<?cs /if ?>><?cs call:error_of("code") ?><p class="help" id="code-h">Only if your account has a second factor: what the app shows now.</p></div></div>
<div class="acts row"><button class="btn go">Sign in</button></div>
</form>
</div>
<?cs include:"foot.cs" ?>
