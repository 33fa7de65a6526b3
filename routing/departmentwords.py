"""What offices call the columns of the directory and the catalogue, and the groups of departments. Pure."""

from __future__ import annotations

from routing.columns import Headers, bare, plain

GROUPS = frozenset({"party", "government", "institution", "township", "utility", "vertical"})
_GROUPS = {
    "party": ("党委部门", "党群部门", "党委", "党群", "党委机关", "党群机关", "党委工作部门", "群团", "群团组织", "party body"),
    "government": ("政府部门", "政府", "政府工作部门", "政府机关", "政府组成部门", "行政机关", "government body"),
    "institution": ("事业单位", "事业", "直属事业单位", "public institution"),
    "township": ("乡镇", "街道", "乡镇街道", "乡镇(街道)", "乡镇场", "乡", "镇", "乡镇政府", "town", "subdistrict"),
    "utility": ("公用企业", "公共服务企业", "公用事业", "公用事业单位", "公共企业", "国有企业", "公共事业", "utilities"),
    "vertical": ("垂直管理", "垂管单位", "垂管部门", "垂直管理部门", "垂直管理单位", "驻县单位", "中省直单位", "垂管", "vertically managed"),
}  # fmt: skip
DEPARTMENTS: Headers = {
    "code": ("代码", "编码", "单位代码", "单位编码", "部门代码", "部门编码", "机构代码", "单位编号", "部门编号", "编号", "代号", "department code", "dept code", "unit code", "id"),
    "name": ("名称", "单位", "单位名称", "部门", "部门名称", "机构名称", "单位全称", "全称", "承办单位", "department", "department name", "unit", "unit name", "dept"),
    "name_en": ("英文名", "英文名称", "英文", "单位英文名", "单位英文名称", "名称(英文)", "单位名称(英文)", "部门名称(英文)", "english", "english name", "name(en)", "name (english)", "name in english"),
    "group": ("类别", "分组", "组别", "单位类别", "单位类型", "部门类别", "机构类别", "类型", "性质", "单位性质", "kind", "type", "category"),
    "duties": ("职责", "职能", "主要职责", "工作职责", "职责范围", "主要职能", "业务范围", "单位职责", "responsibilities", "functions", "duty"),
    "phone": ("电话", "值班电话", "联系电话", "办公电话", "电话号码", "单位电话", "联系方式", "手机", "telephone", "tel", "phone number", "duty phone"),
    "territory": ("辖区", "管辖区域", "管辖范围", "属地", "辖区范围", "area", "jurisdiction"),
    "superior": ("上级", "上级单位", "上级部门", "上级代码", "主管单位", "主管部门", "上级主管单位", "上级主管部门", "parent", "parent unit", "superior code"),
    "aliases": ("别名", "简称", "俗称", "曾用名", "单位简称", "其他名称", "alias", "short name", "short names", "former names"),
    "discipline": ("纪检监察", "纪检监察机关", "是否纪检监察", "纪检机关", "discipline body"),
}  # fmt: skip
CATALOGUE: Headers = {
    "matter": ("事项", "诉求事项", "事项名称", "具体事项", "业务事项", "诉求类型", "问题类别", "问题类型", "派单事项", "item", "issue", "subject"),
    "lead": ("主办", "主办单位", "主办部门", "承办单位", "承办部门", "牵头单位", "牵头部门", "责任单位", "主责单位", "主责部门", "lead department", "lead unit", "department"),
    "co_handlers": ("协办", "协办单位", "协办部门", "配合单位", "配合部门", "co-handler", "co handlers", "assisting", "supporting"),
    "basis": ("依据", "职责依据", "政策依据", "法律依据", "文件依据", "依据文件", "派单依据", "legal basis", "source"),
    "since": ("起始", "起始日期", "生效日期", "生效时间", "生效", "执行日期", "启用日期", "自何日起", "effective", "effective date", "from", "start date", "valid from"),
}  # fmt: skip
_YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓", "对", "有"})
_NO = frozenset({"否", "no", "n", "false", "0", "×", "x", "✗", "不是", "无"})


def group_of(said: str) -> str | None:
    """The group that a cell names, by our name or the office's; None where it is none."""
    known = {plain(word): group for group, words in _GROUPS.items() for word in (group, *words)}
    return known.get(plain(said)) or known.get(bare(said))


def said_groups() -> list[str]:
    """The groups as a table may call them, in both languages."""
    return [f"{words[0]} ({group})" for group, words in _GROUPS.items()]


def yes_or_no(cell: str) -> bool | None:
    """是, yes, √, 1 or 否, no, ×, 0; None for anything else."""
    said = cell.strip().lower()
    return True if said in _YES else False if said in _NO else None
