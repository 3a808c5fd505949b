<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><?cs
def:secret(rec, k, r) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"><label class="lab" for="<?cs var:k ?>"><?cs var:S.set[rec][k].label ?><?cs if:r.need ?><span class="req" aria-hidden="true"> *</span><?cs /if ?></label>
<div><input class="in" dir="ltr" id="<?cs var:k ?>" name="<?cs var:k ?>" type="password" value=""<?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?> autocomplete="new-password"<?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs if:r.stored ?>One is stored<?cs if:r.set ?> since <?cs var:r.set ?><?cs /if ?>; leave this empty to keep it. <?cs /if ?><?cs var:S.set[rec][k].help ?></p></div></div>
<?cs /def ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/conferencing">Cisco Conferencing Services Configuration</a></li><li aria-current="page" class="any"><?cs if:P.is_new ?>New<?cs else ?><?cs var:P.title ?><?cs /if ?></li></ol></nav>
<div class="head"><div><h1 class="any"><?cs var:P.title ?></h1><p class="muted"><?cs var:P.label ?>. <?cs var:P.about ?><?cs if:P.changed ?> Last changed <?cs var:P.changed ?> by <?cs var:P.changed_by ?>.<?cs /if ?></p></div></div>
<div class="stack wide">
<?cs call:summary() ?><?cs call:conflict() ?><?cs call:saved("Saved") ?><form method="post" action="/conferencing/edit" class="card" aria-label="Conferencing service settings" novalidate><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>"><input type="hidden" name="type" value="<?cs var:P.type ?>"><input type="hidden" name="rev" value="<?cs var:P.rev ?>">
<?cs each:r = P.rows ?><?cs if:r.secret ?><?cs call:secret(P.type, r.key, r) ?><?cs elif:r.pair ?><?cs call:pair(P.type, r.key, "yes", "Yes", "no", "No") ?><?cs else ?><?cs call:text(P.type, r.key, "text", r.dir, r.need) ?><?cs /if ?><?cs /each ?>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="test"><?cs if:P.is_new ?>Add<?cs else ?>Save<?cs /if ?> and test</button><button class="btn" name="do" value="save"><?cs if:P.is_new ?>Add<?cs else ?>Save<?cs /if ?></button><a class="lk" href="/conferencing">Cancel</a><?cs if:P.id ?><a class="lk push err" href="/conferencing/delete?id=<?cs var:P.id ?>">Delete this service…</a><?cs /if ?></div>
<?cs else ?><p class="acts muted">Your account may read these settings, not change them.</p><?cs /if ?></form>
<?cs include:"conferencing_booked.cs" ?></div>
<?cs include:"foot.cs" ?>
