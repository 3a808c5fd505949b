<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li><a href="/connectors">Connector Management</a></li><li><a href="/connectors/calendar">Calendar Connector</a></li><li aria-current="page">Install a bundle</li></ol></nav>
<div class="head"><div><h1>Install a bundle</h1><p class="muted">The signature is checked over the whole file before anything is unpacked. The version that runs now stays on this host, and runs again by itself where the new one does not work.</p></div></div>
<div class="stack wide">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="es">Nothing was changed</h2><ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div></section>
<?cs /if ?><form method="post" action="/connectors/calendar/install" enctype="multipart/form-data" class="card" aria-label="Install a bundle" novalidate data-upload><?cs call:csrf() ?>
<dl class="kv"><dt>Installed version</dt><dd class="num"><?cs var:P.ver.installed ?></dd></dl>
<div class="f<?cs if:P.f.current.error ?> bad-f<?cs /if ?>"><label class="lab" for="current">Your own password<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="current" name="current" type="password" autocomplete="current-password" required<?cs if:P.f.current.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("current") ?>>
<?cs call:error_of("current") ?><p class="help" id="current-h">Asked for before each change of the version.</p></div></div>
<div class="f<?cs if:P.f.bundle.error ?> bad-f<?cs /if ?>"><label class="lab" for="bundle">Bundle<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="bundle" name="bundle" type="file" accept=".tlp" required<?cs if:P.f.bundle.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("bundle") ?>>
<?cs call:error_of("bundle") ?><p class="help" id="bundle-h">A file whose name ends in .tlp, at most <?cs var:P.max_mib ?> MiB.</p></div></div>
<?cs call:sending("The bundle was not sent: it is larger than the limit above, or the connection ended.") ?><div class="acts row"><button class="btn go">Install</button><a class="lk" href="/connectors/calendar">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
