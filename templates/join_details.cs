<?cs include:"macros.cs" ?><?cs def:yn(k) ?><?cs call:pair("system", k, "yes", "Yes", "no", "No") ?><?cs /def ?><?cs
def:area(k, label, n) ?><div class="f<?cs if:P.f[k].error ?> bad-f<?cs /if ?>"><label class="lab" for="<?cs var:k ?>"><?cs var:label ?></label>
<div><textarea class="in" id="<?cs var:k ?>" name="<?cs var:k ?>" rows="4" dir="auto" data-count="<?cs var:P.text_max ?>"<?cs if:P.f[k].error ?> aria-invalid="true"<?cs /if ?><?cs call:described(k) ?><?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs var:P.f[k].value ?></textarea>
<?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h">Plain text. <span class="num" id="<?cs var:k ?>-n"><?cs var:n ?></span> of <?cs var:P.text_max ?> characters.</p></div></div><?cs /def ?><?cs
def:option(k, code, name) ?><option value="<?cs var:code ?>"<?cs if:P.f[k].value == code ?> selected<?cs /if ?>><?cs var:name ?></option><?cs /def ?><?cs
def:choice(k) ?><div class="f"><label class="lab" for="<?cs var:k ?>"><?cs var:S.set.system[k].label ?></label><div><select class="in" id="<?cs var:k ?>" name="<?cs var:k ?>"<?cs call:described(k) ?><?cs if:!P.can_write ?> disabled<?cs /if ?>><?cs if:k == "jd_language" ?><?cs call:option(k, "meeting", "The meeting's own") ?><?cs /if ?><?cs each:l = P.languages ?><?cs call:option(k, l.code, l.name) ?><?cs /each ?></select><?cs call:error_of(k) ?><p class="help" id="<?cs var:k ?>-h"><?cs var:S.set.system[k].help ?></p></div></div><?cs /def ?><?cs
include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li aria-current="page">Join Details</li></ol></nav>
<div class="head"><div><h1>Join Details</h1><p class="muted">What is written into invitations. A change counts for meetings from now on; those that have join details keep them. The form itself can be your own: <a href="/join-details/template">Template</a>.</p></div></div>
<div class="stack">
<?cs call:summary() ?><?cs if:P.saved.rev ?><div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>><?cs call:saved("Saved") ?></div><?cs /if ?>
<form method="get" action="/join-details" class="card row" aria-label="Language that is shown"><label for="language"><b>Show</b></label><select class="in" id="language" name="language"><?cs each:l = P.languages ?><option value="<?cs var:l.code ?>"<?cs if:l.now ?> selected<?cs /if ?>><?cs var:l.name ?></option><?cs /each ?></select><button class="btn">Show this language</button></form>
<form method="post" action="/join-details" class="card" aria-labelledby="jt" novalidate data-preview="preview"><?cs call:csrf() ?><input type="hidden" name="language" value="<?cs var:P.language ?>">
<h2 id="jt">Header and footer: <?cs var:P.language_name ?></h2>
<?cs call:area("header", "Header", P.header_n) ?><?cs call:area("footer", "Footer", P.footer_n) ?>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="text">Save these texts</button><button class="btn" name="do" value="preview">Preview</button></div><?cs /if ?>
</form>
<section class="card" aria-labelledby="jp" id="preview"><h2 id="jp">Preview: <?cs var:P.language_name ?></h2>
<pre class="any" lang="<?cs var:P.preview_lang ?>" dir="<?cs var:P.preview_dir ?>" tabindex="0" aria-label="As plain text"><?cs var:P.preview ?></pre>
<details class="more"><summary>As HTML<svg class="ic tw" aria-hidden="true"><use href="#i-chev"/></svg></summary><pre class="any mono" dir="ltr" tabindex="0" aria-label="As HTML"><?cs var:P.preview_html ?></pre></details></section>
<form method="post" action="/join-details" class="card" aria-labelledby="js" novalidate><?cs call:csrf() ?>
<h2 id="js">What is shown</h2>
<?cs call:choice("jd_language") ?><?cs call:choice("jd_fallback") ?><?cs call:yn("jd_phone") ?><?cs call:text("system", "jd_toll", "tel", "ltr", "") ?><?cs call:text("system", "jd_toll_free", "tel", "ltr", "") ?><?cs call:yn("jd_global") ?><?cs call:text("system", "jd_global_url", "url", "ltr", "") ?><?cs call:yn("jd_restrictions") ?><?cs call:yn("jd_video") ?><?cs call:yn("jd_ivr") ?><?cs call:text("system", "jd_ivr_address", "text", "ltr", "") ?><?cs call:yn("jd_skype") ?>
<div class="acts"><h3>For room systems</h3><p class="help">Two named properties are written beside the details once the invitation was sent, never over what another program wrote.</p></div><?cs call:yn("jd_room_conference") ?><?cs call:pair("system", "jd_room_conference_shape", "uri", "SIP URI", "dial", "Address") ?><?cs call:yn("jd_room_capabilities") ?><?cs call:pair("system", "jd_room_capabilities_shape", "xml", "CiscoOI element", "dial", "Address") ?><?cs call:text("system", "jd_room_set", "text", "ltr", "") ?>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="save">Save</button></div><?cs /if ?>
</form>
</div>
<?cs include:"foot.cs" ?>
