// vrkn watch: asks for new data every two seconds. An unchanged answer costs nothing (304).

const kPollMs = 2000;

function startLive(show) {
  const sign = byId("live");
  let tag = null;
  const say = (text, lost) => {
    sign.hidden = false;
    sign.textContent = text;
    sign.classList.toggle("lost", lost);
  };
  say("Live", false);
  const poll = async () => {
    try {
      const answer = await fetch("data.json", { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        show(await answer.json());
      } else if (answer.status !== 304) {
        throw new Error(String(answer.status));
      }
      say("Live", false);
    } catch {
      say("No answer from vrkn watch; trying again", true);
    }
    setTimeout(poll, kPollMs);
  };
  setTimeout(poll, kPollMs);
}
