<?cs include:"head.cs" ?><div class="head"><div><h1><?cs var:P.title ?></h1><p class="muted">Error <?cs var:P.error.status ?></p></div></div>
<div class="stack">
<section class="note err" aria-labelledby="er">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="er"><?cs var:P.error.text ?></h2>
<?cs if:P.error.todo ?><p><?cs var:P.error.todo ?></p><?cs /if ?><?cs if:P.error.origin ?>
<p><a href="<?cs var:url_validate(P.error.origin) ?>"><?cs var:P.error.origin ?></a></p><?cs /if ?>
<p class="row"><?cs if:P.user ?><a class="btn" href="/">Overview</a><?cs else ?><a class="btn" href="/sign-in">Sign in</a><?cs /if ?></p></div>
</section>
</div>
<?cs include:"foot.cs" ?>
