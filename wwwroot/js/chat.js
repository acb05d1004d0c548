// Keeps the newest answer in sight while it grows, its verdict at the top, unless the reader scrolled away to read.

export function follow(list) {
  // On narrow screens the whole chat scrolls, not the list of questions.
  const scrollers = [list, list.closest('.chat')];
  const scroller = () => scrollers.find((element) => getComputedStyle(element).overflowY !== 'visible') ?? list;
  const nearEnd = () => { const { scrollHeight, scrollTop, clientHeight } = scroller(); return scrollHeight - scrollTop - clientHeight < 120; };
  let stays = true;
  const end = () => {
    if (!stays) { return; }
    const element = scroller();
    const answer = [...list.querySelectorAll('.answers')].at(-1);
    const covered = element === list ? 0 : element.querySelector('.table')?.offsetHeight ?? 0;
    const start = answer ? element.scrollTop + answer.getBoundingClientRect().top - element.getBoundingClientRect().top - covered - 16 : Infinity;
    element.scrollTop = Math.min(element.scrollHeight, start);
  };
  const onScroll = () => { stays = nearEnd(); };
  for (const element of scrollers) { element.addEventListener('scroll', onScroll, { passive: true }); }
  const watcher = new MutationObserver(end);
  watcher.observe(list, { childList: true, subtree: true, characterData: true });
  end();
  return {
    toEnd: () => { stays = true; end(); },
    dispose: () => { watcher.disconnect(); for (const element of scrollers) { element.removeEventListener('scroll', onScroll); } },
  };
}
