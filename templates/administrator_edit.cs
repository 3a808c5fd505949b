<?cs include:"macros.cs" ?><?cs def:secret(k, label, help, auto, need) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"><label class="lab" for="<?cs var:k ?>"><?cs var:label ?><?cs if:need ?><span class="req" aria-hidden="true"> *</span><?cs /if ?></label>
<div><input class="in" id="<?cs var:k ?>" name="<?cs var:k ?>" type="password" autocomplete="<?cs var:auto ?>"<?cs if:need ?> required<?cs /if ?><?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?>>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:help ?></p></div></div>
<?cs /def ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Users</li><li><a href="/administrators">Administrator accounts</a></li><li aria-current="page" class="any"><?cs var:P.title ?></li></ol></nav>
<div class="head"><div><h1 class="any"><bdi><?cs var:P.title ?></bdi></h1><?cs if:!P.is_new ?><p class="muted row"><span>Made <?cs var:P.created ?>. Last sign-in: <?cs var:P.last ?>.</span></p><?cs /if ?></div></div>
<div class="stack wide">
<?cs call:summary() ?><?cs if:P.conflict ?><section class="note warn" aria-labelledby="cf" id="conflict" tabindex="-1"><svg class="ic" aria-hidden="true"><use href="#i-warn"/></svg><div><h2 id="cf">This account was changed meanwhile; nothing was saved</h2><p>Stored now: access <?cs var:P.now_role ?>, may sign in: <?cs var:P.now_enabled ?>. The form holds what you typed. Save again to put it in place.</p></div></section>
<?cs /if ?><?cs if:P.is_self ?><section class="note run" aria-labelledby="sf"><svg class="ic" aria-hidden="true"><use href="#i-info"/></svg><div><h2 id="sf">This is the account that you are signed in with</h2><p>Less access takes effect with your next page.</p></div></section>
<?cs /if ?><form method="post" action="/administrators/edit" class="card" aria-label="Settings of the administrator" novalidate><?cs call:csrf() ?><?cs if:!P.is_new ?><input type="hidden" name="name" value="<?cs var:P.name ?>"><input type="hidden" name="was" value="<?cs var:P.was ?>"><?cs /if ?>
<fieldset class="set"><legend>Account</legend>
<div>
<?cs if:P.is_new ?><?cs call:text("admin", "name", "text", "auto", "1") ?><?cs /if ?><fieldset class="f<?cs if:P.f.role.error ?> bad-f<?cs /if ?>"<?cs call:described("role") ?>>
<legend><span class="lab"><?cs var:S.set.admin.role.label ?></span></legend>
<div><label class="ch"><input type="radio" name="role" id="role" value="read-write"<?cs if:P.f.role.value == "read-write" ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>>Read-write</label><label class="ch"><input type="radio" name="role" value="read-only"<?cs if:P.f.role.value == "read-only" ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>>Read-only</label><label class="ch"><input type="radio" name="role" value="auditor"<?cs if:P.f.role.value == "auditor" ?> checked<?cs /if ?><?cs if:!P.can_write ?> disabled<?cs /if ?>>Auditor</label>
<?cs call:error_of("role") ?><p class="help" id="role-h"><?cs var:S.set.admin.role.help ?></p></div>
</fieldset>
<?cs call:pair("admin", "enabled", "yes", "Yes", "no", "No") ?></div></fieldset>
<fieldset class="set"><legend>Password</legend>
<div>
<?cs if:P.can_write ?><?cs if:P.is_new ?><?cs call:secret("password", "First password", S.set.admin.password.help, "new-password", "1") ?><?cs else ?><?cs call:secret("password", "New password", "Leave empty to keep the one that is set. A new one ends the sessions of this account.", "new-password", "") ?><?cs /if ?><?cs /if ?><?cs call:pair("admin", "must_change", "yes", "Yes", "no", "No") ?><?cs if:P.factor ?><fieldset class="f"><legend><span class="lab">Second factor</span></legend>
<div><label class="ch"><input type="checkbox" name="drop_factor" value="1"<?cs if:!P.can_write ?> disabled<?cs /if ?>>Take it away</label><p class="help">Set since <?cs var:P.factor ?>. For a phone that was lost: the password alone is enough afterwards.</p></div>
</fieldset>
<?cs /if ?></div></fieldset>
<?cs if:P.can_write ?><fieldset class="set"><legend>You</legend>
<div>
<?cs call:secret("current", "Your own password", "Asked for before each change of an account, so that an open window is not enough.", "current-password", "1") ?></div></fieldset>
<div class="acts row"><button class="btn go"><?cs if:P.is_new ?>Add<?cs else ?>Save<?cs /if ?></button><a class="lk" href="/administrators">Cancel</a><?cs if:!P.is_new ?><a class="lk push err" href="/administrators/delete?name=<?cs var:url_escape(P.name) ?>">Delete this administrator…</a><?cs /if ?></div>
<?cs else ?><p class="acts muted">Your account may read these settings, not change them.</p><?cs /if ?></form>
</div>
<?cs include:"foot.cs" ?>
