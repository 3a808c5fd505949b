<?cs # What more than one page uses. ?><?cs
def:csrf() ?><input type="hidden" name="csrf" value="<?cs var:P.csrf ?>"><?cs /def ?><?cs
def:icon(i) ?><svg class="ic" aria-hidden="true"><use href="#i-<?cs var:i ?>"/></svg><?cs /def ?><?cs
def:state(s) ?><span class="st <?cs var:s.cls ?>"><svg class="ic" aria-hidden="true"><use href="#i-<?cs var:s.icon ?>"/></svg><?cs var:s.word ?></span><?cs /def ?><?cs
def:error_of(k) ?><?cs if:P.f[k].error ?><p class="msg" id="<?cs var:k ?>-e"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><span><span class="sr">Error: </span><?cs var:P.f[k].error ?></span></p><?cs /if ?><?cs /def ?><?cs
def:described(k) ?> aria-describedby="<?cs if:P.f[k].error ?><?cs var:k ?>-e <?cs /if ?><?cs var:k ?>-h"<?cs /def ?><?cs
# A line of text.  type: text, email, password; more: "ltr" or "auto". ?><?cs
def:text(rec, k, type, direction, need) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>">
<label class="lab" for="<?cs var:k ?>"><?cs var:S.set[rec][k].label ?><?cs if:need ?><span class="req" aria-hidden="true"> *</span><?cs /if ?></label>
<div><input class="in" dir="<?cs var:direction ?>" id="<?cs var:k ?>" name="<?cs var:k ?>" type="<?cs var:type ?>" value="<?cs var:P.f[k].value ?>"<?cs if:need ?> required<?cs /if ?><?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?> autocomplete="off" spellcheck="false"<?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:S.set[rec][k].help ?></p></div>
</div>
<?cs /def ?><?cs
# The one secret of a record; P.has_secret, P.secret_set: of the stored one. ?><?cs
def:sealed(rec, k) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"><label class="lab" for="<?cs var:k ?>"><?cs var:S.set[rec][k].label ?></label>
<div><input class="in" id="<?cs var:k ?>" name="<?cs var:k ?>" type="password" dir="ltr"<?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?> autocomplete="new-password"<?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs if:P.has_secret ?>One is stored<?cs if:P.secret_set ?> since <?cs var:P.secret_set ?><?cs /if ?>; leave this empty to keep it. <?cs /if ?><?cs var:S.set[rec][k].help ?></p></div></div>
<?cs /def ?><?cs
# Two radio buttons: value and word of each. ?><?cs
def:pair(rec, k, v1, w1, v2, w2) ?><fieldset class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"<?cs call:described(k) ?>>
<legend><span class="lab"><?cs var:S.set[rec][k].label ?></span></legend>
<div><label class="ch"><input type="radio" name="<?cs var:k ?>" id="<?cs var:k ?>" value="<?cs var:v1 ?>"<?cs if:P.f[k].value == v1 ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs var:w1 ?></label><label class="ch"><input type="radio" name="<?cs var:k ?>" value="<?cs var:v2 ?>"<?cs if:P.f[k].value == v2 ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs var:w2 ?></label>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:S.set[rec][k].help ?></p></div>
</fieldset>
<?cs /def ?><?cs
# How far a form with a file is; app.js shows it.  broken: a sentence. ?><?cs
def:sending(broken) ?><div data-sending hidden><progress max="100" value="0" aria-label="Sent"></progress><p class="help" role="status" data-said data-text="% sent" data-broken="<?cs var:broken ?>"></p></div>
<?cs /def ?><?cs
# Three of them. ?><?cs
def:radio(k, id, v, w) ?><label class="ch"><input type="radio" name="<?cs var:k ?>" id="<?cs var:id ?>" value="<?cs var:v ?>"<?cs if:P.f[k].value == v ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs var:w ?></label><?cs /def ?><?cs
def:three(rec, k, v1, w1, v2, w2, v3, w3) ?><fieldset class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"<?cs call:described(k) ?>>
<legend><span class="lab"><?cs var:S.set[rec][k].label ?></span></legend>
<div><?cs call:radio(k, k, v1, w1) ?><?cs call:radio(k, k + "-2", v2, w2) ?><?cs call:radio(k, k + "-3", v3, w3) ?>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:S.set[rec][k].help ?></p></div>
</fieldset>
<?cs /def ?><?cs
# Before everything else in main where fields have errors. ?><?cs
def:summary() ?><?cs if:P.errors_n ?><section class="note err" aria-labelledby="es" id="errors" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-err"/></svg>
<div><h2 id="es"><?cs if:P.errors_n == "1" ?>One field needs a change<?cs else ?><?cs var:P.errors_n ?> fields need a change<?cs /if ?>; nothing was saved</h2>
<ul><?cs each:e = P.errors ?><li><a href="#<?cs var:e.id ?>"><?cs var:e.label ?></a>: <?cs var:e.text ?></li><?cs /each ?></ul>
<p class="sm">What you typed is still here, except passwords.</p></div>
</section>
<?cs /if ?><?cs /def ?><?cs
def:conflict() ?><?cs if:P.conflict ?><section class="note warn" aria-labelledby="cf" id="conflict" tabindex="-1">
<svg class="ic" aria-hidden="true"><use href="#i-warn"/></svg>
<div><h2 id="cf">This was changed meanwhile; nothing was saved</h2>
<p><?cs if:P.changed_by ?><?cs var:P.changed_by ?><?cs else ?>Somebody<?cs /if ?> saved it at <?cs var:P.changed ?>, while you were editing. The form holds what you typed. Save again to put it in place of what is stored now.</p>
<?cs if:subcount(P.now_stored) > #0 ?><div class="scroll" role="group" aria-labelledby="cf" tabindex="0"><table>
<thead><tr><th scope="col">Field</th><th scope="col">Stored now</th><th scope="col">Yours</th></tr></thead>
<tbody><?cs each:d = P.now_stored ?><tr><th scope="row"><a href="#<?cs var:d.id ?>"><?cs var:d.label ?></a></th><td class="any"><?cs var:d.stored ?></td><td class="any"><?cs var:d.typed ?></td></tr><?cs /each ?></tbody></table></div><?cs /if ?></div>
</section>
<?cs /if ?><?cs /def ?><?cs
# Allow or block a host from where it was met; none of the two is advised. ?><?cs
def:decide(host) ?><form method="post" action="/trust-list" class="row acts" aria-label="Decide about <?cs var:host ?>"><?cs call:csrf() ?><input type="hidden" name="host" value="<?cs var:host ?>"><button class="btn" name="do" value="allow">Allow<span class="sr"> <?cs var:host ?></span></button><button class="btn" name="do" value="block">Block<span class="sr"> <?cs var:host ?></span></button><span class="sm muted">Its certificate, and who waits for it, stand in the <a href="/trust-list">Trust List</a>.</span></form><?cs /def ?><?cs
# After a change: saved, and whether the connector runs with it already. ?><?cs
def:saved(what) ?><?cs if:P.saved.rev ?><?cs if:P.saved.in_effect ?><section class="note ok" aria-labelledby="sv"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="sv"><?cs var:what ?> as revision <?cs var:P.saved.rev ?></h2><p>In effect.</p></div></section>
<?cs else ?><section class="note run" aria-labelledby="sv"><svg class="ic" aria-hidden="true"><use href="#i-run"/></svg><div><h2 id="sv"><?cs var:what ?> as revision <?cs var:P.saved.rev ?></h2><p>Not yet in effect: the connector has not answered. It takes the change over by itself as soon as it runs.</p></div></section>
<?cs /if ?><?cs /if ?><?cs /def ?>
