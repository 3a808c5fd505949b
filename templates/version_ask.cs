<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li><a href="/connectors">Connector Management</a></li><li><a href="/connectors/calendar">Calendar Connector</a></li><li aria-current="page"><?cs if:P.back ?>Roll back<?cs else ?>Allow this upgrade<?cs /if ?></li></ol></nav>
<div class="head"><div><h1><?cs if:P.back ?>Roll back to version <?cs var:P.version ?>?<?cs else ?>Allow version <?cs var:P.version ?>?<?cs /if ?></h1></div></div>
<div class="stack wide">
<?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="es">Nothing was changed</h2><ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul></div></section>
<?cs /if ?><?cs if:P.back ?><section class="card flush" aria-labelledby="ls"><div class="row"><h2 id="ls">What would be lost</h2></div>
<?cs if:P.lost_n > #0 ?><div class="scroll" role="group" aria-labelledby="ls" tabindex="0"><table class="cards" role="table" aria-labelledby="ls">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Changed</th><th role="columnheader" scope="col">Who</th><th role="columnheader" scope="col">When</th><th role="columnheader" scope="col">Now</th></tr></thead>
<tbody role="rowgroup"><?cs each:x = P.lost ?>
<tr role="row"><th role="rowheader" scope="row" class="any"><?cs var:x.item ?></th><td role="cell" data-th="Who"><span class="any"><?cs var:x.who ?></span></td><td role="cell" class="nw num" data-th="When"><span><?cs var:x.at ?></span></td><td role="cell" data-th="Now"><span class="any"><?cs var:x.new ?></span></td></tr><?cs /each ?>
</tbody></table></div><?cs if:P.lost_more > #0 ?><p class="help">And <?cs var:P.lost_more ?> more.</p><?cs /if ?><?cs else ?><p class="help">No change of the configuration was made since version <?cs var:P.installed ?> was installed.</p><?cs /if ?></section>
<?cs /if ?><form method="post" action="/connectors/calendar/version" class="card" aria-label="<?cs if:P.back ?>Roll back<?cs else ?>Allow this upgrade<?cs /if ?>" novalidate><?cs call:csrf() ?><input type="hidden" name="do" value="<?cs if:P.back ?>rollback<?cs else ?>allow<?cs /if ?>"><input type="hidden" name="version" value="<?cs var:P.version ?>">
<?cs if:P.back ?><p>Version <?cs var:P.version ?> runs again, with its configuration as it was when version <?cs var:P.installed ?> replaced it. Version <?cs var:P.installed ?> is rejected then: it is not installed again before it is allowed. No meeting is lost; these pages are away for some seconds.</p>
<?cs else ?><p>Version <?cs var:P.version ?> was rejected, by a roll back or because it did not work here. Allowed, it may be installed again; nothing is installed by this.</p>
<?cs /if ?><div class="f<?cs if:P.f.current.error ?> bad-f<?cs /if ?>"><label class="lab" for="current">Your own password<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="current" name="current" type="password" autocomplete="current-password" required<?cs if:P.f.current.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("current") ?>>
<?cs call:error_of("current") ?><p class="help" id="current-h">Asked for before each change of the version.</p></div></div>
<div class="acts row"><button class="btn<?cs if:P.back ?> danger<?cs else ?> go<?cs /if ?>"><?cs if:P.back ?>Roll back<?cs else ?>Allow this upgrade<?cs /if ?></button><a class="lk" href="/connectors/calendar">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
