// No blank of a template reaches a person: it is found as the server finds it (hotline/base/text/blanks.py; a test compares), and marked.
const KEPT = "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+|https?://[^\\s，。；、）》”]+|[^\\s，。；：、！？,;:!?《》【】（）()“”\\\"'<>]+\\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|webp|heic|zip|rar|7z|txt|csv|mp3|mp4|wav|apk|ofd|wps|et)(?![A-Za-z0-9])|[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+";
const BLANK = "[_＿]{2,}|(?<![A-Za-z0-9])[_＿](?![A-Za-z0-9])|＿|[【（(〔\\[《「“][ \\u3000\\u00a0]*[】）)〕\\]》」”]|[【（(〔\\[](?:请?填写?|此处|待填|待补|具体){0,2}(?:职务|姓名|单位|时间|日期|地点|地址|电话|部门|原因|内容|事项|问题|结果|措施|编号|名称|金额|依据|文件名|联系人|联系电话)(?:待填|待补|填写)?[】）)〕\\]]|[【（(〔\\[]?(?:此处填写?|待填写?|待补充|请在此填写?)[^】）)〕\\]，。；\\n]{0,12}[】）)〕\\]]?|(?<![A-Za-z0-9*·•-])(?:[XxＸｘ]{2,})(?![A-Za-z0-9*·•-])|(?<![A-Za-z0-9])[XxＸｘ](?=[年月日时点号元])(?![A-Za-z0-9])|[×✕✖]{2,}|(?<![0-9０-９ ])[×✕✖](?=[年月日时点局村镇乡县])|(?<![A-Za-z0-9*])\\*{3,}(?![A-Za-z0-9*])|(?<![零〇○一二三四五六七八九十百千])[○◯〇]{2,}(?![零〇○一二三四五六七八九十百千年])|某某某?(?=年|月|日|时|点)|(?<![赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹潘葛范彭鲁马方任袁柳史唐薛雷贺罗毕郝安常于傅齐康伍余顾孟黄萧尹姚邵汪毛米戴宋庞熊纪舒项祝董梁杜阮蓝闵季贾江郭林钟徐邱骆高夏蔡田胡凌霍万柯卢莫丁邓石崔龚程邢裴陆翁段侯武刘龙叶白蒲卓池乔闻温庄晏柴瞿阎连习向古易廖文肖包鲍佟岳付曲聂冷尚车谷关苗岑乌巴包吉某])某某某?(?=(?:局|委|办|科|股|处|所|站|中心|单位|部门|公司|集团|小区|社区|学校|医院|街|路|村|镇|乡|县|市|区|省|楼|栋|年|月|日|时|点|问题|事项|原因|情况|地点|时间|地方|文件|规定|条例|办法|项目|工程|电话)|同志|先生|女士|领导)|(?:(?<=[由请因经被让找系])|(?<![^\\s，。；：、！？,;:!?《（(“]))某某某?(?!某)|\\$?\\{{1,2}[^{}\\n]{0,24}\\}{1,2}|<(?:请?填写?)?[\\u4e00-\\u9fff]{1,12}>|年[ \\u3000\\u00a0]+月|月[ \\u3000\\u00a0]+日|第[ \\u3000\\u00a0]+[条章项款号]|(?:[…⋯]{1,}|\\.{3,})[年月日](?![前后])|(?<![0-9０-９零〇一二三四五六七八九十])[-—－~～]{2,}[年月日]|[?？]{1,}月[?？]{1,}日";
const said = document.querySelector("script[data-said]")?.dataset.said ?? "{blank}";

// The first blank of a text: [from, to]; null where there is none.
const blank = (text) => {
  const hidden = text.replace(new RegExp(KEPT, "g"), (kept) => "a".repeat(kept.length));
  const found = new RegExp(BLANK).exec(hidden);
  return found && [found.index, found.index + found[0].length];
};

const say = (form, field, text) => {
  let line = form.querySelector(":scope > .said");
  if (!line) {
    line = document.createElement("p");
    line.className = "said";
    line.setAttribute("role", "alert");
    form.prepend(line);
  }
  line.textContent = text;
  field.setAttribute("aria-invalid", "true");
};

// Before anything else hears of the form: it is not sent, the cursor stands on the blank.
window.addEventListener("submit", (event) => {
  const form = event.target;
  for (const field of form.querySelectorAll("[data-told]")) {
    const at = blank(field.value);
    field.removeAttribute("aria-invalid");
    if (!at) continue;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [from, to] = at;
    say(form, field, said.replace("{blank}", `${field.value.slice(Math.max(0, from - 12), from)}▶${field.value.slice(from, to)}◀${field.value.slice(to, to + 12)}`));
    field.focus();
    field.setSelectionRange(from, to);
    return;
  }
}, true);

document.addEventListener("change", (event) => {
  const field = event.target.closest?.("[data-told]");
  if (field && !blank(field.value)) field.removeAttribute("aria-invalid");
});
