<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/join-details">Join Details</a></li><li aria-current="page">Template</li></ol></nav>
<div class="head"><div><h1>Join Details Template</h1><p class="muted">What stands between the guard lines of an invitation, in a form of your own. Without a template it is the form that is built in. A change counts for meetings from now on; those that have join details keep them.</p></div></div>
<div class="stack">
<?cs call:summary() ?><?cs if:P.saved.rev ?><div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>><?cs call:saved("Saved") ?></div><?cs /if ?>
<form method="get" action="/join-details/template" class="card row" aria-label="Language that is shown"><label for="language"><b>Show</b></label><select class="in" id="language" name="language"><?cs each:l = P.languages ?><option value="<?cs var:l.code ?>"<?cs if:l.now ?> selected<?cs /if ?>><?cs var:l.name ?><?cs if:l.own ?> (has one)<?cs /if ?></option><?cs /each ?></select><button class="btn">Show this language</button></form>
<form method="post" action="/join-details/template" class="card" aria-labelledby="jt" novalidate><?cs call:csrf() ?><input type="hidden" name="language" value="<?cs var:P.language ?>">
<h2 id="jt">Template: <?cs var:P.language_name ?></h2>
<div class="f<?cs if:P.f.source.error ?> bad-f<?cs /if ?>"><label class="lab" for="source">Template</label>
<div><textarea class="in mono" id="source" name="source" rows="12" spellcheck="false"<?cs if:P.f.source.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("source") ?><?cs if:!P.can_write ?> readonly<?cs /if ?>>
<?cs var:P.f.source.value ?></textarea>
<?cs call:error_of("source") ?><p class="help" id="source-h">Plain text of up to <?cs var:P.source_max ?> bytes. {{link}} shows a value; {{#number}} … {{/number}} shows what stands between where there is one, {{^number}} … {{/number}} where there is none; {{! … }} is a remark; a line that begins with # is a heading. Markup is shown as text. Empty: the form that is built in<?cs if:P.stands_in ?>, here the template of the fallback language<?cs /if ?>.</p></div></div>
<?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="save">Save the template</button><button class="btn" name="do" value="preview">Preview</button></div><?cs /if ?>
</form>
<section class="card" aria-labelledby="jv"><h2 id="jv">Values</h2>
<details class="more"><summary>What can stand between {{ and }}<svg class="ic tw" aria-hidden="true"><use href="#i-chev"/></svg></summary><dl class="kv"><?cs each:v = P.values ?><dt><code><?cs var:v.word ?></code></dt><dd><?cs if:v.is_word ?>“<?cs var:v.what ?>”, in the meeting's language<?cs else ?><?cs var:v.what ?><?cs /if ?></dd><?cs /each ?></dl></details></section>
<section class="card stack" aria-labelledby="jp" id="preview"><h2 id="jp">Five meetings: <?cs var:P.language_name ?></h2>
<p class="muted">Where nothing usable comes of a template the built-in form stands, as in an invitation.</p><?cs each:s = P.samples ?>
<div><h3><?cs var:s.name ?></h3>
<pre class="any" lang="<?cs var:P.preview_lang ?>" dir="<?cs var:P.preview_dir ?>" tabindex="0" role="group" aria-label="<?cs var:s.name ?>, as plain text"><?cs var:s.text ?></pre>
<details class="more"><summary>As HTML<span class="sr">: <?cs var:s.name ?></span><svg class="ic tw" aria-hidden="true"><use href="#i-chev"/></svg></summary><pre class="any mono" dir="ltr" tabindex="0" role="group" aria-label="<?cs var:s.name ?>, as HTML"><?cs var:s.html ?></pre></details></div><?cs /each ?>
</section>
</div>
<?cs include:"foot.cs" ?>
