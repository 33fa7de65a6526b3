"""What `serve --demo` prints: who can sign in, and what to try first."""

from __future__ import annotations

from hotline.base.config import Settings
from reports.demo.people import PASSWORD

_PEOPLE = (
    ("operator", "话务员 operator", "/operator"),
    ("manager", "值班长 manager", "/centre"),
    ("d25-1", "住建局联络员 liaison of the housing bureau", "/department"),
    ("d25-lead", "住建局专班负责人 leader of its task force", "/department"),
    ("d61-1", "自来水公司联络员 liaison of the water company", "/department"),
    ("leader", "县领导 county leader", "/leader"),
    ("auditor", "纪检审计 auditor", "/admin/audit"),
    ("admin", "管理员 administrator", "/admin"),
)


def sheet(settings: Settings) -> str:
    """The demo's users with their password, and the first steps, in both languages."""
    base = settings.public_url
    people = "\n".join(f"  {name:<10} {PASSWORD}   {base}{home:<14} {who}" for name, who, home in _PEOPLE)
    return f"""
演示用户（仅限本机演示；另有 d01-1 … d75-lead，密码相同）
Demo users (this machine only; also d01-1 … d75-lead, same password)
{people}

先试试 What to try first
  1. {base}/simulator  以市民身份发一条短信，例如“阳光小区3号楼停水了”   send an SMS as a citizen
  2. {base}/login      用 operator 登录，工单在右，按建议派给自来水公司     sign in as operator and dispatch it
  3. {base}/simulator  联络员手机收到派单短信，回复其代码加“签收”          answer the page with its code
  4. {base}/department 用 d61-1 登录（另一个浏览器窗口），联系来电人并办结  sign in as d61-1 and reply
  5. {base}/operator   审核、答复来电人，短信回到市民手机                   review the reply, tell the person
     （21点至8点短信要等到早上，可选电话答复  from 21:00 to 08:00 in Shanghai messages wait for the morning: tell by call）
  6. {base}/leader     用 leader 登录，看上月各单位情况                     the leader's figures

"""
