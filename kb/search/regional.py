"""Technical words of the regions that write the traditional script, and what the mainland calls the same thing.

Both stand in the simplified script, in which text is compared. Some of the left words mean something else on the
mainland, so they are read this way in queries of the traditional script alone.
"""

from .characters import normalise

_WORDS = """
闸道器 网关|闸道 网关|装置 设备|埠 端口|连接埠 端口|通讯埠 端口|序列埠 串口|记录档 日志
磁碟 磁盘|硬碟 硬盘|光碟 光盘|随身碟 U盘|分割槽 分区|磁碟分割 分区|程式 程序|应用程式 应用程序
驱动程式 驱动程序|程式码 代码|原始码 源代码|软体 软件|硬体 硬件|韧体 固件|网路 网络
区域网路 局域网|乙太网路 以太网|乙太网 以太网|无线网路 无线网络|记忆体 内存|快取 缓存
暂存器 寄存器|伺服器 服务器|用户端 客户端|主机板 主板|晶片 芯片|电晶体 晶体管|积体电路 集成电路
感测器 传感器|萤幕 屏幕|触控 触摸|触控萤幕 触摸屏|显示卡 显卡|音效卡 声卡|网路卡 网卡|滑鼠 鼠标
印表机 打印机|列印 打印|扫描器 扫描仪|资料 数据|资料库 数据库|资料夹 文件夹|档案 文件
档名 文件名|副档名 扩展名|预设 默认|预设值 默认值|设定 设置|设定档 配置文件|组态 配置
使用者 用户|帐号 账号|登入 登录|登出 注销|凭证 证书|金钥 密钥|稽核 审计|支援 支持|讯息 消息
讯号 信号|简讯 短信|资讯 信息|通讯 通信|通讯协定 通信协议|协定 协议|连线 连接|断线 断开
频宽 带宽|解析度 分辨率|位元组 字节|执行绪 线程|物件 对象|阵列 数组|字串 字符串
变数 变量|函式 函数|函式库 库|回传 返回|呼叫 调用|介面 接口|使用者介面 用户界面|视窗 窗口
选单 菜单|功能表 菜单|工具列 工具栏|捷径 快捷方式|巨集 宏|范本 模板|专案 项目|模组 模块
外挂 插件|重新启动 重启|重开机 重启|关机 关闭|当机 死机|当掉 崩溃|复原 恢复|移除 卸载
解除安装 卸载|云端 云|虚拟机器 虚拟机|丛集 集群|映像档 镜像|映像 镜像|储存 存储
储存空间 存储空间|储存体 存储|扩充 扩展|扩充套件 扩展|效能 性能|最佳化 优化|警示 告警|警报 报警
侦测 检测|侦错 调试|除错 调试|品质 质量|保固 保修|电源供应器 电源|不断电系统 UPS|马达 电机
电动机 电机|散热片 散热器|保险丝 熔断器|雷射 激光|镭射 激光|类比 模拟|数位 数字|智慧型 智能
行动电话 手机|行动装置 移动设备|交换器 交换机|网域名称 域名|网际网路 互联网|线上 在线|即时 实时
批次 批处理|批次档 批处理文件|排程 调度|伫列 队列|堆叠 栈|逾时 超时|错误讯息 错误信息
识别码 标识符|栏位 字段|资料表 数据表
"""

#: (the word of the region, the word of the mainland), normalised.
PAIRS = tuple(tuple(normalise(pair).split()) for line in _WORDS.split("\n") for pair in line.split("|") if pair)
