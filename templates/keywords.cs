<?cs include:"macros.cs" ?><?cs def:small(word, do, label) ?><button class="btn sml" name="do" value="<?cs var:do ?>"><?cs var:label ?><span class="sr"> <?cs var:word ?></span></button><?cs /def ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li aria-current="page">Keywords</li></ol></nav>
<div class="head"><div><h1>Keywords</h1><p class="muted">What people type into the location of a meeting to get join details. The left-most keyword counts, in any case, between other places; what stands behind a colon, such as :myroom, counts before what the keyword gives by itself.</p></div></div>
<div class="stack">
<?cs call:summary() ?><?cs if:P.saved.rev ?><div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>><?cs call:saved("Saved") ?></div><?cs /if ?><section class="card flush" aria-labelledby="kl"><h2 class="sr" id="kl">List of keywords</h2>
<?cs if:subcount(P.list) > #0 ?><div class="scroll" role="group" aria-labelledby="kl" tabindex="0"><table class="cards" role="table" aria-labelledby="kl">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Keyword</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Gives</th><?cs if:P.can_write ?><th role="columnheader" scope="col">Change</th><?cs /if ?></tr></thead>
<tbody role="rowgroup"><?cs each:k = P.list ?>
<tr role="row"><th role="rowheader" scope="row" class="mono"><?cs var:k.keyword ?></th><td role="cell"><?cs call:state(k) ?></td><td role="cell" data-th="Gives"><span><?cs var:k.gives ?><?cs if:k.enabled && k.missing ?><br><span class="sm warn">No service of type <?cs var:k.missing ?> is configured: <a href="/conferencing">add one</a>.</span><?cs /if ?></span></td><?cs if:P.can_write ?><td role="cell"><form method="post" action="/keywords" class="row one"><?cs call:csrf() ?><input type="hidden" name="row" value="<?cs var:k.keyword ?>"><?cs if:k.enabled ?><?cs call:small(k.keyword, "off", "Turn off") ?><?cs else ?><?cs call:small(k.keyword, "on", "Turn on") ?><?cs /if ?><?cs call:small(k.keyword, "delete", "Delete") ?></form><form method="post" action="/keywords" class="row"><?cs call:csrf() ?><input type="hidden" name="row" value="<?cs var:k.keyword ?>"><select class="in" name="action" aria-label="What <?cs var:k.keyword ?> gives"><?cs each:a = k.actions ?><option value="<?cs var:a.id ?>"<?cs if:a.now ?> selected<?cs /if ?>><?cs var:a.label ?></option><?cs /each ?></select><?cs call:small(k.keyword, "give", "Set") ?></form></td><?cs /if ?></tr><?cs /each ?>
</tbody></table></div>
<?cs else ?><div class="none"><p>Without a keyword no meeting gets join details. Add one below, such as @webex.</p></div><?cs /if ?></section>
<?cs if:subcount(P.asked) > #0 ?><section class="card" aria-labelledby="kq"><h2 id="kq">Asked for in meetings, and not set up</h2>
<ul><?cs each:a = P.asked ?><li><code><?cs var:a.keyword ?></code>, in <?cs var:a.n ?> meeting<?cs if:a.n != #1 ?>s<?cs /if ?>: <?cs var:a.gives ?>. <span class="warn">No service of type <?cs var:a.missing ?> is configured: <a href="/conferencing">add one</a>.</span></li><?cs /each ?></ul>
<p class="muted">Their organizers were told in the meeting. The meetings are booked as soon as there is a service.</p></section><?cs /if ?>
<?cs if:P.can_write ?><form method="post" action="/keywords" class="card" aria-labelledby="ka" novalidate><?cs call:csrf() ?>
<h2 id="ka">Add a keyword</h2>
<?cs if:P.full ?><p>The list is full. Delete a keyword first.</p>
<?cs else ?><div class="f<?cs if:P.f.word.error ?> bad-f<?cs /if ?>"><label class="lab" for="word">Keyword<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="word" name="word" type="text" dir="ltr" value="<?cs var:P.f.word.value ?>" required<?cs if:P.f.word.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("word") ?> autocomplete="off" autocapitalize="none" spellcheck="false">
<?cs call:error_of("word") ?><p class="help" id="word-h">@ and letters from a to z, digits or _, such as @team. It counts from the next change of a meeting on.</p></div></div>
<div class="f"><label class="lab" for="action">Gives</label><div><select class="in" id="action" name="action" aria-describedby="action-h"><?cs each:a = P.actions ?><option value="<?cs var:a.id ?>"<?cs if:a.now ?> selected<?cs /if ?>><?cs var:a.label ?></option><?cs /each ?></select><p class="help" id="action-h">Behind the keyword :space, :myroom, :onetime or :tms asks for another kind of meeting, such as @webex:tms.</p></div></div>
<div class="acts row"><button class="btn" name="do" value="add">Add</button></div><?cs /if ?>
</form>
<?cs /if ?><form method="post" action="/keywords" class="card stack" aria-labelledby="kr" novalidate><?cs call:csrf() ?>
<h2 id="kr">Personal Rooms by rule</h2>
<p class="muted">For people whose own page has no Personal Room link. Meetings that have join details keep them.</p>
<?cs call:text("system", "room_rule_link", "text", "ltr", "") ?><?cs call:text("system", "room_rule_video", "text", "ltr", "") ?><?cs if:P.can_write ?><div class="acts row"><button class="btn go" name="do" value="rules">Save the rule</button></div><?cs /if ?>
</form>
<form method="get" action="/keywords" class="card stack" aria-labelledby="kt" id="try">
<h2 id="kt">Try a location</h2>
<div class="f"><label class="lab" for="location">Location</label>
<div><input class="in" id="location" name="location" type="text" dir="auto" value="<?cs var:P.location ?>" aria-describedby="location-h" autocomplete="off" spellcheck="false"><p class="help" id="location-h">As a person types it, such as Room 5; @webex.</p></div></div>
<div class="f"><label class="lab" for="user">Organizer</label>
<div><input class="in" id="user" name="user" type="email" dir="ltr" value="<?cs var:P.user_typed ?>" aria-describedby="user-h" autocomplete="off" spellcheck="false"><p class="help" id="user-h">The e-mail address of a user. Optional.</p></div></div>
<div class="acts row"><button class="btn">Try</button><a href="/rule-tester">With a body: Rule Tester</a></div>
<?cs if:P.tried ?><div role="status"><dl class="kv"><dt>Keyword that counts</dt><dd><?cs if:P.found ?><code><?cs var:P.found ?></code><?cs else ?>None: the meeting is left alone.<?cs /if ?></dd><?cs if:P.found ?><dt>What it would give</dt><dd class="any"><?cs if:P.other_kind ?><?cs var:P.kind ?>.<?cs if:P.missing ?> Nothing comes of it: no service of type <?cs var:P.missing ?> is configured, so this kind of meeting is not set up here.<?cs /if ?><?cs elif:P.known ?><?cs if:P.link ?><code><?cs var:P.link ?></code>, by <?cs var:P.link_by ?><?cs if:!P.enabled ?>. The user is not enabled, so the meeting is left alone<?cs /if ?>.<?cs else ?>Nothing: the user has no Personal Room, and no rule makes one.<?cs /if ?><?cs elif:P.user_typed ?>Nothing: no user has this address.<?cs else ?>The organizer's Personal Room.<?cs /if ?></dd><?cs /if ?></dl></div>
<?cs /if ?></form>
</div>
<?cs include:"foot.cs" ?>
