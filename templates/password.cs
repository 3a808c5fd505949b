<?cs include:"macros.cs" ?><?cs def:secret(k, label, help, auto) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"><label class="lab" for="<?cs var:k ?>"><?cs var:label ?></label>
<div><input class="in" id="<?cs var:k ?>" name="<?cs var:k ?>" type="password" autocomplete="<?cs var:auto ?>" required<?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?>>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:help ?></p></div></div>
<?cs /def ?><?cs include:"head.cs" ?><div class="head"><div><h1><?cs var:P.title ?></h1>
<?cs if:P.must_change ?><p class="muted">The password that you signed in with was chosen by somebody else. Choose one that only you know; then the pages open.</p><?cs /if ?></div></div>
<div class="stack medium">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="es">The password was not changed</h2>
<ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div>
</section><?cs elif:P.done ?><section class="note ok" aria-labelledby="es"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="es">The password is changed</h2><p>All your other sessions have ended.</p></div></section><?cs /if ?>
<form method="post" action="/password" class="card" novalidate aria-label="<?cs var:P.title ?>"><?cs call:csrf() ?>
<input class="sr" type="text" name="user" value="<?cs var:P.user ?>" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
<?cs call:secret("current", "Current password", "The one that you signed in with.", "current-password") ?><?cs call:secret("fresh", "New password", "At least 12 characters. A few words in a row are easy to remember and hard to guess.", "new-password") ?><?cs call:secret("again", "New password again", "The same once more, against slips.", "new-password") ?>
<div class="acts row"><button class="btn go">Change the password</button><?cs if:!P.must_change ?><a class="lk" href="/">Cancel</a><?cs /if ?></div>
</form>
</div>
<?cs include:"foot.cs" ?>
