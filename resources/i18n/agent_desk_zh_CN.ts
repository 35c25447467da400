<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>ActionSpec</name>
        <message>
            <source>Chinese or English</source>
            <translation>中文/英文切换</translation>
        </message>
        <message>
            <source>Everywhere</source>
            <translation>全部界面</translation>
        </message>
        <message>
            <source>Find a receipt</source>
            <translation>查找单据</translation>
        </message>
        <message>
            <source>Fold or unfold the side panel</source>
            <translation>收起或展开侧栏</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>Light or dark</source>
            <translation>浅色/深色切换</translation>
        </message>
        <message>
            <source>Lock the seat</source>
            <translation>锁定座席</translation>
        </message>
        <message>
            <source>Receipts</source>
            <translation>收据</translation>
        </message>
        <message>
            <source>Save the receipt</source>
            <translation>保存单据</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>退出登录</translation>
        </message>
        <message>
            <source>Try to reach the hub now</source>
            <translation>立即尝试连接中心库</translation>
        </message>
        <message>
            <source>Write a receipt</source>
            <translation>填写单据</translation>
        </message>
    </context>
    <context>
        <name>AuthoriseView</name>
        <message>
            <source>A leader allows it</source>
            <translation>组长授权</translation>
        </message>
        <message>
            <source>A shift leader or manager types their own number and password. Both names stand in the record.</source>
            <translation>请组长或主管输入本人工号和密码。记录中会写明双方姓名。</translation>
        </message>
        <message>
            <source>Allow</source>
            <translation>授权</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Leader's password</source>
            <translation>组长密码</translation>
        </message>
        <message>
            <source>Leader's staff number</source>
            <translation>组长工号</translation>
        </message>
    </context>
    <context>
        <name>Bar</name>
        <message>
            <source>Dismiss</source>
            <translation>不再显示</translation>
        </message>
    </context>
    <context>
        <name>Beside</name>
        <message>
            <source>Clear the form</source>
            <translation>清空本单</translation>
        </message>
        <message>
            <source>Last receipt</source>
            <translation>上一张单据</translation>
        </message>
        <message>
            <source>Save receipt</source>
            <translation>保存单据</translation>
        </message>
        <message>
            <source>Saved here {0}</source>
            <translation>{0} 存到本机</translation>
        </message>
    </context>
    <context>
        <name>Capability</name>
        <message>
            <source>Outbox</source>
            <translation>待上传</translation>
        </message>
        <message>
            <source>Receipts</source>
            <translation>收据</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今日</translation>
        </message>
    </context>
    <context>
        <name>ClaimedView</name>
        <message numerus="yes">
            <source>%n mine</source>
            <translation>
                <numerusform>%n 条是本人的</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not mine</source>
            <translation>
                <numerusform>%n 条不是</numerusform>
            </translation>
        </message>
        <message>
            <source>Confirm</source>
            <translation>确认</translation>
        </message>
        <message>
            <source>Entries written without proof</source>
            <translation>未验证身份时填写的记录</translation>
        </message>
        <message>
            <source>Is this yours? Written under your number as {0}</source>
            <translation>这些是您填写的吗？当时以您的工号、姓名 {0} 填写</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>稍后</translation>
        </message>
        <message>
            <source>Nobody could check who wrote these. Take the tick from what is not yours: it is kept and goes to your leader. The rest goes to the hub in your name.</source>
            <translation>填写时无法验证身份。不是您填的请去掉勾选，该条会保留并交组长处理；其余以您的名义上传。</translation>
        </message>
        <message>
            <source>Written without proof</source>
            <translation>未验证身份时填写</translation>
        </message>
    </context>
    <context>
        <name>CrashPage</name>
        <message>
            <source>Agent Desk met a fault</source>
            <translation>座席工作台遇到故障</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
        <message>
            <source>Copy report</source>
            <translation>复制报告</translation>
        </message>
        <message>
            <source>Everything you saved was written to this seat's disk before the desk said "saved". Drafts are kept as you type.</source>
            <translation>凡是提示“已保存”的内容，都已先写入本机磁盘；草稿在您输入时随时保存。</translation>
        </message>
        <message>
            <source>Go on working</source>
            <translation>继续工作</translation>
        </message>
        <message>
            <source>Hide report</source>
            <translation>收起报告</translation>
        </message>
        <message>
            <source>Restart the desk</source>
            <translation>重启工作台</translation>
        </message>
        <message>
            <source>Show report</source>
            <translation>查看报告</translation>
        </message>
        <message>
            <source>Something in the desk failed. Your work is safe.</source>
            <translation>程序出了故障，您的工作内容没有丢失。</translation>
        </message>
        <message>
            <source>You can go on working. If it happens again, restart the desk and give the report to IT.</source>
            <translation>可以继续工作。如再次出现，请重启工作台，并把故障报告交给信息技术部。</translation>
        </message>
    </context>
    <context>
        <name>DeskError</name>
        <message>
            <source>A centre needs one administrator. Make somebody else administrator first.</source>
            <translation>中心至少要有一名管理员。请先指定另一名管理员。</translation>
        </message>
        <message>
            <source>A grant names a group or role that does not exist. Write GROUP=ROLE with a group of this centre.</source>
            <translation>授权中有不存在的小组或角色。请按“小组=角色”书写，小组须属于本中心。</translation>
        </message>
        <message>
            <source>A hole is named by an administrator of the centre: give --seat-file FILE and --as NUMBER.</source>
            <translation>登记丢失须由中心管理员进行：请给出 --seat-file 文件 和 --as 工号。</translation>
        </message>
        <message>
            <source>A number, code or name is empty, too long or holds a character that cannot be shown.</source>
            <translation>编号、代码或名称为空、过长，或含有无法显示的字符。</translation>
        </message>
        <message>
            <source>A password is needed, and nobody can be asked here. Use --password-file.</source>
            <translation>需要密码，但此处无法询问。请使用 --password-file。</translation>
        </message>
        <message>
            <source>A password needs {least} characters or more.</source>
            <translation>密码至少需要 {least} 个字符。</translation>
        </message>
        <message>
            <source>A quantity is a whole number from 1 to {most}.</source>
            <translation>数量须为 1 至 {most} 的整数。</translation>
        </message>
        <message>
            <source>A unit price lies between 0 and ten million yuan.</source>
            <translation>单价须在 0 至一千万元之间。</translation>
        </message>
        <message>
            <source>Agent Desk is already open in this account. Use that window; this one can be closed.</source>
            <translation>本账户中已经打开了座席工作台。请使用那个窗口，可以关闭本窗口。</translation>
        </message>
        <message>
            <source>Agent Desk is already open with {file}. Use that window; a second one would get in its way.</source>
            <translation>本程序已打开 {file}。请使用已打开的窗口，同时开两个会互相妨碍。</translation>
        </message>
        <message>
            <source>An entry from elsewhere cannot be read ({why}). It is kept as it is and left out of sums.</source>
            <translation>别处传来的一条记录无法读取（{why}）。已原样保留，不计入合计。</translation>
        </message>
        <message>
            <source>An entry from the hub does not fit its seal (position {seq}). It was not taken; tell IT to run the audit.</source>
            <translation>中心库传来的一条记录与校验不符（序号 {seq}），未予接收。请通知信息技术部进行审计。</translation>
        </message>
        <message>
            <source>An unfinished receipt cannot be read any more. It is kept as it is; IT can look at it.</source>
            <translation>有一张未完成的单据无法读取，已原样保留，可请信息技术部查看。</translation>
        </message>
        <message>
            <source>At most {most} characters fit here.</source>
            <translation>最多 {most} 个字。</translation>
        </message>
        <message>
            <source>Book {book} is used up; its last leaf was {last}. Ask your leader for the next book.</source>
            <translation>收据本 {book} 已用完，最后一张是 {last}。请找组长领用下一本。</translation>
        </message>
        <message>
            <source>Choose an item: type its code, its pinyin initials or a part of its name.</source>
            <translation>请选择项目：输入编码、拼音首字母或名称的一部分。</translation>
        </message>
        <message>
            <source>Entries written without proof can be confirmed only while the hub answers. They stay safe here until then.</source>
            <translation>未验证的记录只能在中心库联机时确认。在此之前它们安全地留在本机。</translation>
        </message>
        <message>
            <source>In {file}, {entry} stands twice. Take one out and start again; receipts already saved are safe.</source>
            <translation>{file} 中的 {entry} 出现了两次。请删去一处后重新启动；已保存的单据不受影响。</translation>
        </message>
        <message>
            <source>In {file}, {entry}: {field} cannot be {value}. Mend it and start again; receipts already saved are safe.</source>
            <translation>{file} 中的 {entry}:{field} 不能是 {value}。请修正后重新启动；已保存的单据不受影响。</translation>
        </message>
        <message>
            <source>In {file}, {entry}: {field} is missing. Add it and start again; receipts already saved are safe.</source>
            <translation>{file} 中的 {entry} 缺少 {field}。请补上后重新启动；已保存的单据不受影响。</translation>
        </message>
        <message>
            <source>Leaves {first} to {last} are no range. The first number must not be above the last.</source>
            <translation>{first} 至 {last} 不是有效的号段，起号不能大于止号。</translation>
        </message>
        <message>
            <source>No bundle could be written to {folder} ({why}). Choose another folder or stick; everything is still safe on this seat.</source>
            <translation>无法把数据包写入 {folder}({why})。请另选文件夹或 U 盘；内容仍安全保存在本座席。</translation>
        </message>
        <message>
            <source>No links wait behind such a hole. agent-desk hub heal --status lists what is lost, first and last.</source>
            <translation>没有这样的缺口。agent-desk hub heal --status 会列出丢失部分的起止序号。</translation>
        </message>
        <message>
            <source>No receipt book was issued to you for this seat. Ask your leader to issue one.</source>
            <translation>您在本座席没有领用收据本，请找组长领用。</translation>
        </message>
        <message>
            <source>Nobody can authorise their own act. Ask a leader.</source>
            <translation>不能给自己授权。请找组长。</translation>
        </message>
        <message>
            <source>Nobody has this staff number. Check it and try again.</source>
            <translation>没有这个工号。请核对后再试。</translation>
        </message>
        <message>
            <source>Nobody is signed in to this store. Sign in first.</source>
            <translation>本机数据尚无人登录。请先登录。</translation>
        </message>
        <message>
            <source>Nobody is signed in. Sign in first.</source>
            <translation>尚无人登录。请先登录。</translation>
        </message>
        <message>
            <source>Nothing can be written in {folder} ({why}). Check free space and rights to the folder.</source>
            <translation>无法在 {folder} 写入（{why}）。请检查磁盘空间和文件夹权限。</translation>
        </message>
        <message>
            <source>Number or password is wrong. Try again, or ask your leader.</source>
            <translation>工号或密码有误。请重试，或询问组长。</translation>
        </message>
        <message>
            <source>Number {number} belongs to another centre than this seat. Ask IT to check the seat file.</source>
            <translation>工号 {number} 与本座席不属于同一中心。请让信息技术部检查座席文件。</translation>
        </message>
        <message>
            <source>Number {number} is already written or void. Check the number printed on the leaf.</source>
            <translation>编号 {number} 已使用或已作废，请核对单据上印的编号。</translation>
        </message>
        <message>
            <source>Number {number} is in no book issued to you for this seat. Check the number printed on the leaf.</source>
            <translation>编号 {number} 不在您于本座席领用的号段内，请核对单据上印的编号。</translation>
        </message>
        <message>
            <source>Number {number} is neither leader nor manager of group {group}. Ask one who is.</source>
            <translation>工号 {number} 不是 {group} 组的组长或经理。请找有权限的人。</translation>
        </message>
        <message>
            <source>Number {number} is signed in here. Sign out first.</source>
            <translation>工号 {number} 已在此登录。请先退出。</translation>
        </message>
        <message>
            <source>On the hub the entries before those in {file} are missing. Import the earlier bundles of that seat first; nothing was taken.</source>
            <translation>中心库缺少 {file} 之前的条目。请先导入该座席较早的数据包；本次未接收任何内容。</translation>
        </message>
        <message>
            <source>One receipt holds at most {most} lines. Write the others on the next leaf.</source>
            <translation>一张单据最多 {most} 行，其余请写在下一张上。</translation>
        </message>
        <message>
            <source>Receipt {entry} says {written}, but its lines come to {reckoned}. Check the lines against the paper.</source>
            <translation>单据 {entry} 上写的是 {written}，按明细算得 {reckoned}。请对照纸质单据核对明细。</translation>
        </message>
        <message>
            <source>Receipt {number} is void already.</source>
            <translation>单据 {number} 已经作废。</translation>
        </message>
        <message>
            <source>Release one entry or void one, not both at once.</source>
            <translation>一次只能放行一条或作废一条。</translation>
        </message>
        <message>
            <source>Say where the hub is: --seat-file FILE, or --host NAME.</source>
            <translation>请说明中心库在哪里：--seat-file 文件，或 --host 主机名。</translation>
        </message>
        <message>
            <source>Say why in a few words; the reason is kept.</source>
            <translation>请简要说明原因，原因会被记录。</translation>
        </message>
        <message>
            <source>Say why this receipt is void; the paper shows it.</source>
            <translation>请写明作废原因，单据上会注明。</translation>
        </message>
        <message>
            <source>Seats still keep facts of the last {days} days. Choose {month} or an earlier month.</source>
            <translation>各座席仍保留最近 {days} 天的记录。请选择 {month} 或更早的月份。</translation>
        </message>
        <message>
            <source>Somebody has decided the other way already. Nothing was changed; look at the entry again.</source>
            <translation>已有人作出相反的决定。未做任何改动，请重新查看该条目。</translation>
        </message>
        <message>
            <source>Something went wrong ({code}). What you saved is safe. Try again; if it happens again, tell IT this code.</source>
            <translation>出了点问题（{code}）。已保存的内容都在。请再试一次；如再次出现，请把这个代码告诉信息技术部。</translation>
        </message>
        <message>
            <source>The backup could not be made: {why}</source>
            <translation>备份未能完成：{why}</translation>
        </message>
        <message>
            <source>The backup could not be restored: {why} Nothing was left behind.</source>
            <translation>备份未能恢复：{why} 没有留下任何残余。</translation>
        </message>
        <message>
            <source>The backup's file {file} does not read back as it was written. Make another one, to another disk.</source>
            <translation>备份文件 {file} 读回的内容与写入的不一致。请另选磁盘重新备份。</translation>
        </message>
        <message>
            <source>The clock of this computer says {now}, but the desk was in use here at {seen}. Set the clock right, or sign in when the hub is back.</source>
            <translation>本机时钟显示 {now}，但本程序在 {seen} 还在使用。请校正时钟，或在中心库恢复后登录。</translation>
        </message>
        <message>
            <source>The copy {file} did not read back whole and was removed. Earlier copies stay; call IT to check the disk.</source>
            <translation>副本 {file} 回读不完整，已删除；此前的副本仍在。请联系信息技术部检查磁盘。</translation>
        </message>
        <message>
            <source>The data of number {number} is here, but this account's keyring no longer holds its key. Nothing is lost: IT can open it with the centre's recovery key.</source>
            <translation>工号 {number} 的数据在本机，但本账户的凭据库里已没有密钥。数据没有丢失：信息技术部可用中心的恢复密钥打开。</translation>
        </message>
        <message>
            <source>The database library {found} can damage data; {needed} or newer is needed. Install the desk again.</source>
            <translation>数据库组件 {found} 可能损坏数据，需要 {needed} 或更新版本。请重新安装本程序。</translation>
        </message>
        <message>
            <source>The desk is closing and takes no new work. Open it again and repeat the last step.</source>
            <translation>工作台正在关闭，不再接受新操作。请重新打开后再做一次。</translation>
        </message>
        <message>
            <source>The desk met an unexpected fault. What you saved is safe; details are in the report.</source>
            <translation>程序遇到意外故障。已保存的内容都在；详情见故障报告。</translation>
        </message>
        <message>
            <source>The disk did not answer while using {file}. What was saved before is safe; try again, then call IT.</source>
            <translation>读写 {file} 时磁盘没有响应。此前保存的内容是安全的；请重试，仍不行请联系信息技术部。</translation>
        </message>
        <message>
            <source>The disk is full, so nothing more can be saved. Free some space and save again; the form is still here.</source>
            <translation>磁盘已满，无法保存。请清理空间后再保存，表单内容还在。</translation>
        </message>
        <message>
            <source>The file {file} cannot be read ({why}). Check the stick or folder and try again.</source>
            <translation>无法读取文件 {file}({why})。请检查 U 盘或文件夹后重试。</translation>
        </message>
        <message>
            <source>The file {file} cannot be read: {why}. Mend it and start again; receipts already saved are safe.</source>
            <translation>文件 {file} 无法读取：{why}。请修正后重新启动；已保存的单据不受影响。</translation>
        </message>
        <message>
            <source>The file {file} does not hold facts that this hub said, whole and unaltered. Nothing of it was taken from there on.</source>
            <translation>文件 {file} 中的内容不是本中心库的记录，或已残缺、被改动。从该处起未接收任何内容。</translation>
        </message>
        <message>
            <source>The file {file} that names this installation is damaged. Call IT before anything is written here.</source>
            <translation>标识本机安装的文件 {file} 已损坏。请先联系信息技术部，暂勿登记。</translation>
        </message>
        <message>
            <source>The file {path} cannot be used ({why}).</source>
            <translation>无法使用文件 {path}({why})。</translation>
        </message>
        <message>
            <source>The file {path} is there already and is not overwritten. Choose another name.</source>
            <translation>文件 {path} 已存在，不会覆盖。请换一个文件名。</translation>
        </message>
        <message>
            <source>The font {file} is missing, so no paper can be made. Install the desk again; receipts already saved are safe.</source>
            <translation>缺少字体 {file}，无法生成单据。请重新安装本软件；已保存的单据不受影响。</translation>
        </message>
        <message>
            <source>The hub cannot be reached. Go on working; everything is sent when it is back.</source>
            <translation>中心库连不上。请照常工作，恢复后自动上传。</translation>
        </message>
        <message>
            <source>The hub does not hold this fact. To have it taken without its values later, name the values.</source>
            <translation>中心库没有这条记录。如需以后收到时去掉个人信息，请写明字段名。</translation>
        </message>
        <message>
            <source>The hub has been away longer than the {days} days for which this seat may let you in by itself. Sign in when it is back, or work unproven.</source>
            <translation>中心库断开已超过本座席可自行放行的 {days} 天。请在恢复后登录，或以未验证身份工作。</translation>
        </message>
        <message>
            <source>The hub has refused this password or ended these rights, so it does not open this seat either. Sign in when the hub is back.</source>
            <translation>中心库已拒绝该密码或已终止权限，因此也不能在本座席登录。请在中心库恢复后登录。</translation>
        </message>
        <message>
            <source>The hub is away, and number {number} has never signed in on this seat, so that the word cannot be checked. Ask a leader who has, or wait for the hub.</source>
            <translation>中心库连不上，而工号 {number} 从未在本座席登录过，无法核实。请找在本座席登录过的组长，或等中心库恢复。</translation>
        </message>
        <message>
            <source>The hub is away, and number {number} has never signed in on this seat. You can work unproven: everything stays here until you confirm it.</source>
            <translation>中心库连不上，而工号 {number} 从未在本座席登录过。您可以未验证身份工作：内容先留在本机，待您联机确认。</translation>
        </message>
        <message>
            <source>The hub is away, and the last sign-in on this seat was not completed. You can work unproven: everything stays here until you confirm it.</source>
            <translation>中心库连不上，而上次在本座席的登录没有完成。您可以未验证身份工作：内容先留在本机，待您联机确认。</translation>
        </message>
        <message>
            <source>The hub is away, and this is not the password you last signed in with on this seat. Type that one, or begin an unproven session.</source>
            <translation>中心库连不上，而且密码与您上次在本座席登录时的不同。请输入上次的密码，或以未验证身份开始工作。</translation>
        </message>
        <message>
            <source>The hub is too busy to move a month now. Nothing was changed; try again.</source>
            <translation>中心库现在太忙，无法移出或放回月份。未做任何改动，请再试一次。</translation>
        </message>
        <message>
            <source>The hub knows this number as another person now. Sign out and sign in again.</source>
            <translation>中心库中该工号现在属于另一人。请退出后重新登录。</translation>
        </message>
        <message>
            <source>The hub met a fault ({state}). Everything is kept here; tell IT this number.</source>
            <translation>中心库出现故障（{state}）。数据都保留在本机，请把这个编号告诉信息技术部。</translation>
        </message>
        <message>
            <source>The hub refuses this seat ({why}). Everything is kept here; tell your leader or IT.</source>
            <translation>中心库拒绝了本座席（{why}）。数据都保留在本机；请告知组长或信息技术部。</translation>
        </message>
        <message>
            <source>The hub was set up by a newer desk (schema {number}). Update this program; nothing was changed.</source>
            <translation>中心库由更新版本建立（结构 {number}）。请升级本程序，未做任何改动。</translation>
        </message>
        <message>
            <source>The hub {host} is on another machine, so the line to it must be encrypted. Ask IT for a seat file with verify-full.</source>
            <translation>中心库 {host} 在另一台机器上，连接必须加密。请向信息技术部索取 verify-full 的座席文件。</translation>
        </message>
        <message>
            <source>The key file {file} cannot be closed to other accounts, so no key was written. Ask IT to check the folder.</source>
            <translation>无法阻止其他账户读取密钥文件 {file}，因此没有写入密钥。请让信息技术部检查该文件夹。</translation>
        </message>
        <message>
            <source>The key on this account does not open the store {file}. Nothing was touched; IT can open it with the recovery key.</source>
            <translation>本账户的密钥打不开 {file}。数据未作任何改动；信息技术部可用恢复密钥打开。</translation>
        </message>
        <message>
            <source>The keyring does not give the key out now ({why}). Unlock it or sign in to Windows again; nothing was touched.</source>
            <translation>凭据库暂时无法读取密钥（{why}）。请解锁凭据库或重新登录 Windows；数据未作任何改动。</translation>
        </message>
        <message>
            <source>The keyring takes no new key ({why}). Nothing was written; ask IT.</source>
            <translation>凭据库无法写入新密钥（{why}）。没有写入任何内容；请联系信息技术部。</translation>
        </message>
        <message>
            <source>The keyring took the key but does not give it back, so nothing was encrypted with it. Ask IT.</source>
            <translation>凭据库接收了密钥却读不回来，因此没有用它加密任何数据。请联系信息技术部。</translation>
        </message>
        <message>
            <source>The list has changed since it was shown. Read it again, then confirm.</source>
            <translation>清单在显示之后有了变化。请重新查看后再确认。</translation>
        </message>
        <message>
            <source>The order cannot have been placed after the receipt was written.</source>
            <translation>下单时间不能晚于开单时间。</translation>
        </message>
        <message>
            <source>The other machine keeps the receipt numbers of seat {seat}. Ask IT for a seat number for this machine and your leader for a book; a number on the paper in hand can be typed.</source>
            <translation>座席 {seat} 的票据号由另一台电脑使用。请向信息技术人员申请本机的座席号，并请组长发放票据本；手中纸质票据的号码仍可录入。</translation>
        </message>
        <message>
            <source>The password could not be prepared on this machine. Update this program and try again.</source>
            <translation>本机无法生成密码凭据。请升级本程序后再试。</translation>
        </message>
        <message>
            <source>The password was wrong several times. Wait {seconds} seconds and try again.</source>
            <translation>密码连续输错多次。请等 {seconds} 秒后再试。</translation>
        </message>
        <message>
            <source>The reason holds the value that is to be erased, and everybody would read it. Say it in other words.</source>
            <translation>理由中含有要删除的内容，所有人都会看到。请换一种说法。</translation>
        </message>
        <message>
            <source>The recovery key in the seat file cannot be read. Ask IT for a fresh seat file.</source>
            <translation>座席文件中的恢复公钥无法读取。请向信息技术部索取新的座席文件。</translation>
        </message>
        <message>
            <source>The rights of number {number} in this centre have ended. What was written before is kept and sent; ask your leader.</source>
            <translation>工号 {number} 在本中心的权限已终止。此前登记的内容都已保留并会上传；请询问组长。</translation>
        </message>
        <message>
            <source>The seat file could not be written to {path}. Ask IT for the right to write there; nothing was changed.</source>
            <translation>无法写入座席文件 {path}。请让信息技术部开放写入权限；未作任何更改。</translation>
        </message>
        <message>
            <source>The seat file {path} cannot be read. Choose another one, or ask IT for it again.</source>
            <translation>无法读取座席文件 {path}。请换一个文件，或向信息技术部重新索取。</translation>
        </message>
        <message>
            <source>The seat has no number yet. Type the number IT has given this seat.</source>
            <translation>尚未填写座席号。请填写信息技术部分配的座席号。</translation>
        </message>
        <message>
            <source>The server could not prove that it is the centre's hub. Do not go on; call IT.</source>
            <translation>对方服务器无法证明自己是本中心的中心库。请勿继续，联系信息技术部。</translation>
        </message>
        <message>
            <source>The setting could not be written to {path}. It holds until the desk is closed; check free space and rights.</source>
            <translation>设置未能写入 {path}，本次运行内有效。请检查磁盘空间和写入权限。</translation>
        </message>
        <message>
            <source>The setting {setting} belongs to the seat or the centre. Ask IT to change it.</source>
            <translation>设置项 {setting} 由本座席或中心统一设定。如需修改，请联系信息技术部。</translation>
        </message>
        <message>
            <source>The settings file {path} cannot be read. The desk goes on with its defaults; IT can repair or delete the file.</source>
            <translation>设置文件 {path} 无法读取。现按默认设置运行；请信息技术部修复或删除该文件。</translation>
        </message>
        <message>
            <source>The spare key beside the data is damaged. Look for another one beside the copies.</source>
            <translation>数据旁的备用密钥已损坏。请在副本旁寻找另一份。</translation>
        </message>
        <message>
            <source>The spare key {file} cannot be written ({why}), so no data was begun. Check free space and rights.</source>
            <translation>备用密钥 {file} 无法写入（{why}），因此没有开始保存数据。请检查磁盘空间和权限。</translation>
        </message>
        <message>
            <source>The spare key {file} was written by a newer desk. Update this desk and try again.</source>
            <translation>备用密钥 {file} 由更新版本的程序写成。请升级后再试。</translation>
        </message>
        <message>
            <source>The store {file} answered with a fault ({why}). Nothing was lost; try again, then call IT.</source>
            <translation>本机数据 {file} 出现故障（{why}）。数据没有丢失；请重试，仍不行请联系信息技术部。</translation>
        </message>
        <message>
            <source>The store {file} cannot be opened in {folder}. Ask IT to check the folder and the rights to it.</source>
            <translation>无法在 {folder} 打开本机数据 {file}。请让信息技术部检查该文件夹及其权限。</translation>
        </message>
        <message>
            <source>The store {file} is damaged. It was left as it is; the last sound copy is in the folder copies beside it. Call IT.</source>
            <translation>本机数据 {file} 已损坏，未作任何改动；最近一份完好副本在同一文件夹的 copies 中。请联系信息技术部。</translation>
        </message>
        <message>
            <source>The store {file} is in use for the moment. Try again; the form is still here.</source>
            <translation>本机数据 {file} 正忙。请稍后再试，表单内容还在。</translation>
        </message>
        <message>
            <source>The store {file} may only be read, so nothing can be saved. Ask IT for the right to write to its folder.</source>
            <translation>本机数据 {file} 是只读的，无法保存。请让信息技术部开放该文件夹的写入权限。</translation>
        </message>
        <message>
            <source>The table {table} is not in this database. Read it back from its copy first (pg_restore); nothing was changed.</source>
            <translation>此数据库中没有表 {table}。请先从副本读回（pg_restore）；未作任何更改。</translation>
        </message>
        <message>
            <source>The total is above ten thousand million yuan. Check quantities and prices.</source>
            <translation>合计超过一百亿元，请核对数量和单价。</translation>
        </message>
        <message>
            <source>The two passwords are not the same. Nothing was changed; try again.</source>
            <translation>两次输入的密码不一致。未做任何改动，请重试。</translation>
        </message>
        <message>
            <source>There are too many unproven sessions under number {number} on this seat. Sign in with the hub and settle them first.</source>
            <translation>本座席上工号 {number} 的未验证会话过多。请先联机登录并处理。</translation>
        </message>
        <message>
            <source>There is a hub in the database {database} already. Name another one with --database; nothing was touched.</source>
            <translation>数据库 {database} 中已有中心库。请用 --database 指定另一个数据库；未做任何改动。</translation>
        </message>
        <message>
            <source>There is a key for number {number} on this account already; it was not overwritten. Call IT.</source>
            <translation>本账户已有工号 {number} 的密钥，未予覆盖。请联系信息技术部。</translation>
        </message>
        <message>
            <source>There is no certificate at {path}. Choose the file that came with the seat file.</source>
            <translation>{path} 处没有证书。请选择随座席文件一起发放的证书。</translation>
        </message>
        <message>
            <source>There is no spare key beside the data of number {number}. Look for one beside the copies; nothing was changed.</source>
            <translation>工号 {number} 的数据旁没有备用密钥。请在备份副本旁查找；未作任何改动。</translation>
        </message>
        <message>
            <source>This Windows account has a mandatory profile: {folder} is reset when you sign out. Ask IT for an account of your own.</source>
            <translation>本 Windows 账户使用强制配置文件，退出时 {folder} 会被还原。请向信息技术部申请普通账户。</translation>
        </message>
        <message>
            <source>This Windows account is shared, so passwords are not remembered on it.</source>
            <translation>本 Windows 账户是共用的，不能记住密码。</translation>
        </message>
        <message>
            <source>This Windows account offers no keyring ({why}).</source>
            <translation>本账户没有可用的凭据库（{why}）。</translation>
        </message>
        <message>
            <source>This account has no keyring: the key of your data lies in a file beside it. Whoever takes the disk can read it; ask IT to set a keyring up.</source>
            <translation>本账户没有凭据库：数据密钥存放在旁边的文件里，拿到磁盘的人就能读取。请让信息技术部启用凭据库。</translation>
        </message>
        <message>
            <source>This desk does not know entries of the kind {kind}. Update the desk; nothing was lost.</source>
            <translation>本程序不认识 {kind} 类记录。请升级程序，数据没有丢失。</translation>
        </message>
        <message>
            <source>This disk is a copy or was set back, so no new receipt number is given out yet. Say in the bar above which machine keeps the numbers; a number on the paper in hand can be typed.</source>
            <translation>本机磁盘是复制的或被还原过，暂不给出新的票据号。请在上方提示条中说明由哪台电脑使用号码；手中纸质票据的号码仍可录入。</translation>
        </message>
        <message>
            <source>This entry cannot count: the hub cannot read it, or a field is wrong. Void it and have it written again.</source>
            <translation>该条目无法计入：中心库读不出来，或有字段错误。请作废后重新填写。</translation>
        </message>
        <message>
            <source>This entry is larger than {limit} bytes. Shorten the notes and save again; the form is still here.</source>
            <translation>内容超过 {limit} 字节。请缩短备注后再保存，表单内容还在。</translation>
        </message>
        <message>
            <source>This entry is not held. There is nothing to decide.</source>
            <translation>该条目不在待核对之列，无需处理。</translation>
        </message>
        <message>
            <source>This hub is not waiting for its healing. After a restore by other means close it first: agent-desk hub heal --close.</source>
            <translation>该中心库不在等待补齐。若是用其他方式恢复的，请先执行 agent-desk hub heal --close。</translation>
        </message>
        <message>
            <source>This is longer than the {limit} characters a keyring holds. Choose a shorter one.</source>
            <translation>内容超过凭据库可存的 {limit} 个字符。请用短一些的。</translation>
        </message>
        <message>
            <source>This is no complete seat file ({field}). Ask IT for a new one; nothing was changed.</source>
            <translation>座席文件不完整（{field}）。请向信息技术部索取新文件；未作任何更改。</translation>
        </message>
        <message>
            <source>This is no sum. Write it as 1234.50.</source>
            <translation>金额无法识别，请写成 1234.50。</translation>
        </message>
        <message>
            <source>This is no telephone number. Write it with its area code, or leave it empty.</source>
            <translation>电话号码无法识别。请连区号一起写，或留空。</translation>
        </message>
        <message>
            <source>This is no time. Write 14:03, or 11-20 14:03 for another day.</source>
            <translation>时间无法识别。请写 14:03；其他日期请写 11-20 14:03。</translation>
        </message>
        <message>
            <source>This must be filled in.</source>
            <translation>此项必填。</translation>
        </message>
        <message>
            <source>This needs the database administrator's login. Use --superuser with a login that may do everything.</source>
            <translation>此操作需要数据库管理员登录名。请用 --superuser 指定具有全部权限的登录名。</translation>
        </message>
        <message>
            <source>This number is signed in on too many seats. Sign out on another one and try again.</source>
            <translation>该工号已在过多座席登录。请在其他座席签出后再试。</translation>
        </message>
        <message>
            <source>This receipt is not on this seat. Look it up when the hub can be reached.</source>
            <translation>本座席没有这张单据，请在中心库连通后查询。</translation>
        </message>
        <message>
            <source>This recovery key does not fit; the one with the fingerprint {needed} is needed.</source>
            <translation>恢复密钥不符，需要指纹为 {needed} 的那一把。</translation>
        </message>
        <message>
            <source>This seat has no code for short numbers yet. Sign in again.</source>
            <translation>本座席还没有短号代码。请重新登录。</translation>
        </message>
        <message>
            <source>This staff number is taken already. Choose another one.</source>
            <translation>该工号已被使用，请换一个。</translation>
        </message>
        <message>
            <source>This store belongs to number {number}. Sign in under your own number.</source>
            <translation>这份数据属于工号 {number}。请用自己的工号登录。</translation>
        </message>
        <message>
            <source>This store was written by a newer desk (schema {found}, known {known}). Update this desk; nothing was touched.</source>
            <translation>本机数据由更新版本的程序写成（结构 {found}，本程序为 {known}）。请升级本程序，数据未作任何改动。</translation>
        </message>
        <message>
            <source>This sum is larger than any sum of money. Check the figures.</source>
            <translation>金额过大，请核对数字。</translation>
        </message>
        <message>
            <source>This text holds a character that cannot be kept ({why}). Remove it and save again; the form is still here.</source>
            <translation>文字里有无法保存的字符（{why}）。请删去后再保存，表单内容还在。</translation>
        </message>
        <message>
            <source>This time has not come yet. For an earlier day write the date too: 11-20 14:03.</source>
            <translation>这个时间还没有到。如为之前的日期，请连日期一起写：11-20 14:03。</translation>
        </message>
        <message>
            <source>This value does not fit the setting {setting}. It was left as it was.</source>
            <translation>该值不适用于设置项 {setting}，已保持原值。</translation>
        </message>
        <message>
            <source>Type your name, so that others see who writes here.</source>
            <translation>请输入姓名，以便别人知道是谁在登记。</translation>
        </message>
        <message>
            <source>Type your password.</source>
            <translation>请输入密码。</translation>
        </message>
        <message>
            <source>Type your staff number.</source>
            <translation>请输入工号。</translation>
        </message>
        <message>
            <source>What came up holds {found}, but the backup's manifest says {expected}. It was removed again; take another backup.</source>
            <translation>恢复出的内容校验值为 {found}，而备份清单记录的是 {expected}。恢复出的内容已删除；请使用另一份备份。</translation>
        </message>
        <message>
            <source>What has been saved cannot be changed or deleted. Write a correction instead.</source>
            <translation>已保存的记录不能修改或删除。请另写一条更正。</translation>
        </message>
        <message>
            <source>Windows has signed you in with a temporary profile: everything in {folder} is deleted when you sign out. Sign out of Windows and in again, or call IT.</source>
            <translation>Windows 用临时配置文件登录了您的账户，退出时 {folder} 中的内容会被删除。请注销后重新登录 Windows，或联系信息技术部。</translation>
        </message>
        <message>
            <source>Write a month as 2026-01.</source>
            <translation>月份请写成 2026-01 的形式。</translation>
        </message>
        <message>
            <source>Write at least one line: what was ordered.</source>
            <translation>请至少填写一行项目。</translation>
        </message>
        <message>
            <source>{field} does not hold what it should. Correct it and save again.</source>
            <translation>“{field}”填写有误。请更正后再保存。</translation>
        </message>
        <message>
            <source>{field} is missing. Fill it in and save again.</source>
            <translation>缺少“{field}”。请填写后再保存。</translation>
        </message>
        <message>
            <source>{file} belongs to another centre. Nothing was taken.</source>
            <translation>{file} 属于另一个中心。未接收任何内容。</translation>
        </message>
        <message>
            <source>{file} comes from a seat that this hub does not know. Let its person sign in with the hub in reach; nothing was taken.</source>
            <translation>{file} 来自中心库不认识的座席。请其本人在连通中心库时登录；未接收任何内容。</translation>
        </message>
        <message>
            <source>{file} holds no recovery key. Use the file that agent-desk hub init wrote.</source>
            <translation>{file} 中没有恢复密钥。请使用 agent-desk hub init 写出的文件。</translation>
        </message>
        <message>
            <source>{file} is no bundle of Agent Desk. Choose a file that ends in .bundle.</source>
            <translation>{file} 不是 Agent Desk 的数据包。请选择扩展名为 .bundle 的文件。</translation>
        </message>
        <message>
            <source>{file} is not as it was written. Copy it again, or write a new one at its seat; nothing was taken.</source>
            <translation>{file} 与写出时不一致。请重新复制，或在原座席重新写出；未接收任何内容。</translation>
        </message>
        <message>
            <source>{file} is not whole: its end is missing. Copy it again from where it was written; nothing was taken.</source>
            <translation>{file} 不完整，缺少结尾。请从写出处重新复制；未接收任何内容。</translation>
        </message>
        <message>
            <source>{file} was written by a newer desk. Bring this program up to date and try again; nothing was taken.</source>
            <translation>{file} 由更新版本的程序写出。请升级本程序后重试；未接收任何内容。</translation>
        </message>
        <message>
            <source>{file} was written on a disk that is a copy or was set back. Open the desk there with the hub in reach: it sorts its entries by itself. Nothing was taken.</source>
            <translation>{file} 写自复制的或被还原过的磁盘。请在那台电脑连通中心库时打开程序，它会自行整理条目。未接收任何内容。</translation>
        </message>
        <message>
            <source>{folder} is copied to the cloud by another program ({by}), which can damage the store. Take the folder out of its list, or ask IT.</source>
            <translation>{folder} 正被其他程序同步到云端（{by}），可能损坏数据。请将该文件夹移出同步列表，或联系信息技术部。</translation>
        </message>
        <message>
            <source>{folder} lies in memory and is gone when the computer is switched off. Ask IT for a folder on a disk.</source>
            <translation>{folder} 在内存盘上，关机即消失。请让信息技术部改用磁盘上的文件夹。</translation>
        </message>
        <message>
            <source>{folder} lies on a network drive, where the store could be damaged. Ask IT to keep this account's local data on this computer's own disk.</source>
            <translation>{folder} 在网络驱动器上，数据可能损坏。请让信息技术部把本账户的本地数据放在本机磁盘上。</translation>
        </message>
        <message>
            <source>{item} is another kind of income. Write it on a receipt of its own.</source>
            <translation>{item} 属于另一收费类别，请另开一张单据。</translation>
        </message>
        <message>
            <source>{n} entries of {part} are not what was taken out. Nothing was put back; look for another copy.</source>
            <translation>{part} 中有 {n} 条与移出时不同。未放回任何内容；请另找副本。</translation>
        </message>
    </context>
    <context>
        <name>DeskWindow</name>
        <message>
            <source>Agent Desk</source>
            <translation>座席工作台</translation>
        </message>
    </context>
    <context>
        <name>FirstRunView</name>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>An invented exhibition centre with a price list, a book of receipts and one colleague. Everything stays on this machine; nothing can go wrong here.</source>
            <translation>虚构的会展中心，带价目表、收据本和同事。一切只留在本机，可放心练习。</translation>
        </message>
        <message>
            <source>Another file</source>
            <translation>换一个文件</translation>
        </message>
        <message>
            <source>Back to signing in</source>
            <translation>返回登录</translation>
        </message>
        <message>
            <source>Centre</source>
            <translation>所属中心</translation>
        </message>
        <message>
            <source>Certificate</source>
            <translation>证书</translation>
        </message>
        <message>
            <source>Certificate of the hub</source>
            <translation>中心库证书</translation>
        </message>
        <message>
            <source>Certificates (*.pem *.crt *.cer)</source>
            <translation>证书 (*.pem *.crt *.cer)</translation>
        </message>
        <message>
            <source>Choose the hub's certificate</source>
            <translation>选择中心库证书</translation>
        </message>
        <message>
            <source>Choose the seat file</source>
            <translation>选择座席文件</translation>
        </message>
        <message>
            <source>Choose the seat file …</source>
            <translation>选择座席文件…</translation>
        </message>
        <message>
            <source>Choose …</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Host of the hub</source>
            <translation>中心库主机</translation>
        </message>
        <message>
            <source>Hub: host and port</source>
            <translation>中心库：主机与端口</translation>
        </message>
        <message>
            <source>IT gives each seat a small file: the hub's address, its certificate and the seat's name. No password is in it.</source>
            <translation>信息技术部为每个座席提供一个小文件，写明中心库地址、证书和座席名称，不含密码。</translation>
        </message>
        <message>
            <source>Join a centre</source>
            <translation>加入中心</translation>
        </message>
        <message>
            <source>Join this centre</source>
            <translation>加入该中心</translation>
        </message>
        <message>
            <source>Open the trial centre</source>
            <translation>打开试用中心</translation>
        </message>
        <message>
            <source>Port of the hub</source>
            <translation>中心库端口</translation>
        </message>
        <message>
            <source>Read the text</source>
            <translation>读取文本</translation>
        </message>
        <message>
            <source>Seat files (*.toml)</source>
            <translation>座席文件 (*.toml)</translation>
        </message>
        <message>
            <source>Seat name</source>
            <translation>座席名称</translation>
        </message>
        <message>
            <source>Seat number</source>
            <translation>座席号</translation>
        </message>
        <message>
            <source>Text of the seat file</source>
            <translation>座席文件文本</translation>
        </message>
        <message>
            <source>The port is a number from 1 to 65535; PostgreSQL's own is 5432.</source>
            <translation>端口应为 1 到 65535 之间的数字；PostgreSQL 默认为 5432。</translation>
        </message>
        <message>
            <source>This seat belongs to no centre yet. Practise first, or join your centre; both can be changed later.</source>
            <translation>本座席尚未加入任何中心。可以先练习，也可以直接加入，以后都能更改。</translation>
        </message>
        <message>
            <source>Trial centre</source>
            <translation>试用中心</translation>
        </message>
        <message>
            <source>Welcome to Agent Desk</source>
            <translation>欢迎使用座席工作台</translation>
        </message>
        <message>
            <source>as in the seat file</source>
            <translation>用座席文件中的证书</translation>
        </message>
        <message>
            <source>empty: the system's own</source>
            <translation>留空则用系统证书</translation>
        </message>
        <message>
            <source>or paste its text</source>
            <translation>或粘贴文件内容</translation>
        </message>
    </context>
    <context>
        <name>Gallery</name>
        <message>
            <source>3 not on the hub · oldest 14:03</source>
            <translation>3 条未上传 · 最早 14:03</translation>
        </message>
        <message>
            <source>Alipay</source>
            <translation>支付宝</translation>
        </message>
        <message>
            <source>Bank card</source>
            <translation>银行卡</translation>
        </message>
        <message>
            <source>Booth</source>
            <translation>展位</translation>
        </message>
        <message>
            <source>Cash</source>
            <translation>现金</translation>
        </message>
        <message>
            <source>Complaints</source>
            <translation>投诉</translation>
        </message>
        <message>
            <source>Everything is on the hub · 14:22</source>
            <translation>全部已上传 · 14:22</translation>
        </message>
        <message>
            <source>Exhibitor</source>
            <translation>参展商</translation>
        </message>
        <message>
            <source>Gallery</source>
            <translation>组件一览</translation>
        </message>
        <message>
            <source>Hall</source>
            <translation>展馆</translation>
        </message>
        <message>
            <source>Hall 3 has no booth 3A-12</source>
            <translation>3 号馆没有 3A-12 展位</translation>
        </message>
        <message>
            <source>Held</source>
            <translation>待核对</translation>
        </message>
        <message>
            <source>In the customer's own words</source>
            <translation>按客户原话记录</translation>
        </message>
        <message>
            <source>Linked · hub</source>
            <translation>已连接 · 中心库</translation>
        </message>
        <message>
            <source>No receipts yet</source>
            <translation>还没有收据</translation>
        </message>
        <message>
            <source>Not on the hub</source>
            <translation>待上传</translation>
        </message>
        <message>
            <source>Notes</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>On the hub</source>
            <translation>已上传</translation>
        </message>
        <message>
            <source>Payment</source>
            <translation>付款方式</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>电话</translation>
        </message>
        <message>
            <source>Preview</source>
            <translation>预览</translation>
        </message>
        <message>
            <source>Print</source>
            <translation>打印</translation>
        </message>
        <message>
            <source>Quantity</source>
            <translation>数量</translation>
        </message>
        <message>
            <source>Receipt</source>
            <translation>缴费单据</translation>
        </message>
        <message>
            <source>Receipt R1122-3A-0017 saved · 14:03:22</source>
            <translation>收据 R1122-3A-0017 已保存 · 14:03:22</translation>
        </message>
        <message>
            <source>Receipt number</source>
            <translation>单据编号</translation>
        </message>
        <message>
            <source>Receipts</source>
            <translation>收据</translation>
        </message>
        <message>
            <source>Refused: password</source>
            <translation>被拒绝：密码不符</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Second keying owed</source>
            <translation>待双录</translation>
        </message>
        <message>
            <source>Sending 3 …</source>
            <translation>正在上传 3 条</translation>
        </message>
        <message>
            <source>Sending 412 of 1,000</source>
            <translation>正在上传 412 / 1,000</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Shortcuts</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>Show what waits</source>
            <translation>查看待上传</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>登录</translation>
        </message>
        <message>
            <source>States</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Tasks</source>
            <translation>任务</translation>
        </message>
        <message>
            <source>Team</source>
            <translation>班组</translation>
        </message>
        <message>
            <source>The hub cannot be reached since 14:03. Write receipts as usual; they are sent when it is back.</source>
            <translation>中心库 14:03 起连不上。收据照常填写，恢复后自动上传。</translation>
        </message>
        <message>
            <source>The hub refused this sign-in: the password was changed elsewhere. Sign in again.</source>
            <translation>中心库拒绝了本次登录：密码已在别处修改。请重新登录。</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今日</translation>
        </message>
        <message>
            <source>Total</source>
            <translation>合计</translation>
        </message>
        <message>
            <source>Total (yuan)</source>
            <translation>合计（元）</translation>
        </message>
        <message>
            <source>Unit price (yuan)</source>
            <translation>单价（元）</translation>
        </message>
        <message>
            <source>Void</source>
            <translation>作废</translation>
        </message>
        <message>
            <source>Void the leaf</source>
            <translation>作废此联</translation>
        </message>
        <message>
            <source>WeChat</source>
            <translation>微信</translation>
        </message>
        <message>
            <source>Write the first one; it is kept here even while the hub is down.</source>
            <translation>开出第一张即可；中心库断开时也会保存在本机。</translation>
        </message>
        <message>
            <source>as printed on the leaf</source>
            <translation>与纸质单据一致</translation>
        </message>
        <message>
            <source>average handling</source>
            <translation>平均处理</translation>
        </message>
        <message>
            <source>calls today</source>
            <translation>今日通话</translation>
        </message>
        <message>
            <source>entry rate</source>
            <translation>录入率</translation>
        </message>
        <message>
            <source>every widget of the kit</source>
            <translation>全部界面组件</translation>
        </message>
    </context>
    <context>
        <name>Header</name>
        <message>
            <source>Agent Desk</source>
            <translation>座席工作台</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>Light or dark</source>
            <translation>浅色/深色切换</translation>
        </message>
        <message>
            <source>Lock or sign out</source>
            <translation>锁定或退出登录</translation>
        </message>
        <message>
            <source>Lock the seat</source>
            <translation>锁定座席</translation>
        </message>
        <message>
            <source>No. {0} {1}</source>
            <translation>工号 {0} {1}</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>退出登录</translation>
        </message>
        <message>
            <source>State of the link to the hub. Press to see what is not there yet.</source>
            <translation>与中心库的连接状态。按下可查看尚未上传的内容。</translation>
        </message>
        <message>
            <source>Switch to Chinese</source>
            <translation>Switch to English</translation>
        </message>
        <message>
            <source>seat {0}</source>
            <translation>{0} 号台</translation>
        </message>
    </context>
    <context>
        <name>HubCommand</name>
        <message>
            <source>Administrators work with the file {file}. It holds no secret.</source>
            <translation>管理员使用文件 {file} 工作，其中不含任何秘密。</translation>
        </message>
        <message>
            <source>Copy these tables with pg_dump, try the copies, and only then drop the tables. To put a month back: pg_restore it, then agent-desk hub partitions --attach.</source>
            <translation>请先用 pg_dump 复制这些表并试读副本，然后才可删除这些表。要放回某个月：先用 pg_restore 读回，再执行 agent-desk hub partitions --attach。</translation>
        </message>
        <message>
            <source>Desks of every version are served.</source>
            <translation>所有版本均可使用。</translation>
        </message>
        <message>
            <source>Desks older than {version} may send, and are handed nothing.</source>
            <translation>早于 {version} 的版本可以上传，但不再下发数据。</translation>
        </message>
        <message>
            <source>Every seat lets go of it as soon as it is linked. agent-desk hub erasures names the places left.</source>
            <translation>各座席连上中心库后即删除。agent-desk hub erasures 会列出尚未删除的位置。</translation>
        </message>
        <message>
            <source>Everything the seats told of is on the hub.</source>
            <translation>各座席报告的记录都已在中心库。</translation>
        </message>
        <message>
            <source>It holds {found}, but its manifest says {expected}: something was put in or taken out.</source>
            <translation>内容校验值为 {found}，而清单记录的是 {expected}：备份被加入或删去过内容。</translation>
        </message>
        <message>
            <source>New password for {number}: </source>
            <translation>{number} 的新密码：</translation>
        </message>
        <message>
            <source>Next: agent-desk hub group, then agent-desk hub staff add, then agent-desk hub enrol.</source>
            <translation>接下来：agent-desk hub group，然后 agent-desk hub staff add，再 agent-desk hub enrol。</translation>
        </message>
        <message>
            <source>Next: let seats reach it for a minute, or bring newer hub-facts files with agent-desk hub heal --facts; then agent-desk hub heal --open.</source>
            <translation>下一步：让各座席连上约一分钟，或用 agent-desk hub heal --facts 导入较新的 hub-facts 文件；然后执行 agent-desk hub heal --open。</translation>
        </message>
        <message>
            <source>No key is missing on this account; nothing was changed.</source>
            <translation>本账户不缺密钥，未作任何改动。</translation>
        </message>
        <message>
            <source>No place is known that still holds an erased value.</source>
            <translation>没有已知位置仍保留已删除的个人信息。</translation>
        </message>
        <message>
            <source>Nothing is held that you may decide.</source>
            <translation>没有待您处理的待核对条目。</translation>
        </message>
        <message>
            <source>Nothing lost, nothing altered, nothing doubled.</source>
            <translation>没有丢失，没有改动，没有重复。</translation>
        </message>
        <message>
            <source>Nothing was left to erase.</source>
            <translation>没有需要删除的内容。</translation>
        </message>
        <message>
            <source>Only the hub can read them. Bring them to any seat that reaches it: agent-desk import FILE. They stay here, too.</source>
            <translation>只有中心库能读取。请带到任何能连通中心库的座席：agent-desk import 文件。条目同时保留在本机。</translation>
        </message>
        <message>
            <source>PROBLEM {code}: {facts}</source>
            <translation>问题 {code}:{facts}</translation>
        </message>
        <message>
            <source>Password of the database administrator {user}: </source>
            <translation>数据库管理员 {user} 的密码：</translation>
        </message>
        <message>
            <source>Password of {number}: </source>
            <translation>{number} 的密码：</translation>
        </message>
        <message>
            <source>Retention: personal values of {n} entries let go.</source>
            <translation>保存期满：已删除 {n} 条记录的个人信息。</translation>
        </message>
        <message>
            <source>Seat {seat} ({name}) may join. Put {file} on that machine; it holds no secret.</source>
            <translation>座席 {seat}({name})可以加入。请把 {file} 放到那台电脑上，其中不含任何秘密。</translation>
        </message>
        <message>
            <source>The backup in {folder} comes up whole: {links} links, root digest {root}.</source>
            <translation>{folder} 中的备份可以完整恢复：共 {links} 条链接，总校验值 {root}。</translation>
        </message>
        <message>
            <source>The backup in {folder} is NOT good. Make another one today, to another disk.</source>
            <translation>{folder} 中的备份不可用！请今天另选磁盘重新备份。</translation>
        </message>
        <message>
            <source>The backup in {folder} is written and read back. Root digest {root}.</source>
            <translation>备份已写入 {folder} 并读回核对。总校验值 {root}。</translation>
        </message>
        <message>
            <source>The group {code} is called {name}.</source>
            <translation>小组 {code} 的名称为 {name}。</translation>
        </message>
        <message>
            <source>The hub in {database} is up to date (schema {schema}).</source>
            <translation>数据库 {database} 中的中心库已是最新（结构 {schema}）。</translation>
        </message>
        <message>
            <source>The hub is back in the database {database}, closed. Root digest {root}: the same as in the backup.</source>
            <translation>中心库已恢复到数据库 {database}，尚未开放。总校验值 {root}，与备份一致。</translation>
        </message>
        <message>
            <source>The hub of {centre} is ready in the database {database} on {host}.</source>
            <translation>{centre} 的中心库已在 {host} 的数据库 {database} 中建好。</translation>
        </message>
        <message>
            <source>The private recovery key is in {file}, written this once. Carry it away from the hub and lock it up: it opens every seat's store, and nobody can make it again.</source>
            <translation>恢复私钥已写入 {file}，只写这一次。请把它带离中心库主机并锁好：它能打开每个座席的本机数据，且无法重新生成。</translation>
        </message>
        <message>
            <source>The same once more: </source>
            <translation>再输入一次：</translation>
        </message>
        <message>
            <source>The server does not let passwords be copied: after a restore everybody needs a new one.</source>
            <translation>服务器不允许复制密码：恢复之后每个人都需要新密码。</translation>
        </message>
        <message>
            <source>They need a new password, since theirs is newer than the backup: {numbers}. agent-desk hub staff password, or hub heal --new-password when no administrator can sign in.</source>
            <translation>以下工号的密码是备份之后设置的，需要新密码：{numbers}。请用 agent-desk hub staff password；管理员都无法登录时，用 hub heal --new-password。</translation>
        </message>
        <message>
            <source>While the hub is away, a seat lets people in for {days} days after their last sign-in.</source>
            <translation>中心库不可用时，座席在上次登录后 {days} 天内仍可登录。</translation>
        </message>
        <message>
            <source>away, bodies not read: {part}, {n} facts</source>
            <translation>已移出，未读正文：{part},{n} 条记录</translation>
        </message>
        <message>
            <source>backup {folder} of {time} held values of {n} entries erased since; it is not on this machine.</source>
            <translation>{time} 的备份 {folder} 曾含 {n} 条记录中后来删除的个人信息；它不在本机上。</translation>
        </message>
        <message>
            <source>backup {folder} of {time} holds values of {n} entries erased since. Remove it once a newer one is verified.</source>
            <translation>{time} 的备份 {folder} 含 {n} 条记录中后来删除的个人信息。有更新的备份并验证后，请删除它。</translation>
        </message>
        <message>
            <source>centres: {n}</source>
            <translation>中心：{n}</translation>
        </message>
        <message>
            <source>chains: {n}</source>
            <translation>记录链：{n}</translation>
        </message>
        <message>
            <source>conflicts: {n}</source>
            <translation>冲突：{n}</translation>
        </message>
        <message>
            <source>delivered by a colleague: {n}</source>
            <translation>由同事代送：{n}</translation>
        </message>
        <message>
            <source>different facts: {n}</source>
            <translation>不同的记录：{n}</translation>
        </message>
        <message>
            <source>disputed numbers told: {n}</source>
            <translation>已通报的号码争议：{n}</translation>
        </message>
        <message>
            <source>explained {code}: {facts}</source>
            <translation>已说明 {code}:{facts}</translation>
        </message>
        <message>
            <source>held: {n}</source>
            <translation>暂挂：{n}</translation>
        </message>
        <message>
            <source>kept beside: link {seq} of {origin} (fact {fact}); the hub holds another one at its place</source>
            <translation>另行保留：{origin} 的第 {seq} 条链接（记录 {fact}）；中心库在该位置已有另一条</translation>
        </message>
        <message>
            <source>links: {n}</source>
            <translation>环节：{n}</translation>
        </message>
        <message>
            <source>lost: whose {origin} is; {waiting} links of it wait from {last} on. They come in when its person signs in at the seat they were written at.</source>
            <translation>丢失：{origin} 属于何人；其第 {last} 条之后有 {waiting} 条链接等待接收。该人在原座席登录后即可接收。</translation>
        </message>
        <message>
            <source>lost: {first} to {last} of what the hub itself said; {waiting} wait behind. Let every seat reach the hub, or bring newer hub-facts files; then agent-desk hub heal --explain {origin} {first} {last} WHY</source>
            <translation>丢失：中心库自身记录的第 {first} 至 {last} 条，其后有 {waiting} 条等待接收。请让所有座席连上中心库，或导入较新的 hub-facts 文件；然后执行 agent-desk hub heal --explain {origin} {first} {last} 原因</translation>
        </message>
        <message>
            <source>lost: {first} to {last} of {number} at seat {seat}; {waiting} wait behind. Start that seat, or ask who was there; then agent-desk hub heal --explain {origin} {first} {last} WHY</source>
            <translation>丢失：工号 {number} 在 {seat} 号台的第 {first} 至 {last} 条，其后有 {waiting} 条等待接收。请启动该座席，或向当事人了解情况；然后执行 agent-desk hub heal --explain {origin} {first} {last} 原因</translation>
        </message>
        <message>
            <source>named as lost: {first} to {last} of {origin} ({why}); {filled} of them came back since</source>
            <translation>已登记丢失：{origin} 的第 {first} 至 {last} 条（{why}）；其中 {filled} 条后来已找回</translation>
        </message>
        <message>
            <source>paper numbers: {n}</source>
            <translation>纸质编号：{n}</translation>
        </message>
        <message>
            <source>root digest: {root}</source>
            <translation>总校验值：{root}</translation>
        </message>
        <message>
            <source>seat {seat}, {number}: may hold values of {n} entries, the oldest erased {time}. It lets go when {number} signs in there; a file nobody uses any more is removed by hand.</source>
            <translation>{seat} 号台，{number}：可能仍有 {n} 条记录的个人信息，最早于 {time} 删除。{number} 在该台登录后即删除；不再使用的文件请手工删除。</translation>
        </message>
        <message>
            <source>seat {seat}, {number}: the copy {file} may hold erased values. Remove it by hand.</source>
            <translation>{seat} 号台，{number}：副本 {file} 可能含已删除的个人信息，请手工删除。</translation>
        </message>
        <message>
            <source>seat {seat}, {number}: unknown since {time}, {unsent} unsent then</source>
            <translation>座席 {seat},{number}:{time} 起状态不明，当时 {unsent} 条未发送</translation>
        </message>
        <message>
            <source>seat {seat}, {number}: {state}, {unsent} unsent</source>
            <translation>座席 {seat},{number}:{state},{unsent} 条未发送</translation>
        </message>
        <message>
            <source>{code}  {name}</source>
            <translation>{code}  {name}</translation>
        </message>
        <message>
            <source>{fact} counts from now on.</source>
            <translation>{fact} 从现在起计入。</translation>
        </message>
        <message>
            <source>{fact} never counts.</source>
            <translation>{fact} 作废，不再计入。</translation>
        </message>
        <message>
            <source>{fact}: {names} erased.</source>
            <translation>{fact}:{names} 已删除。</translation>
        </message>
        <message>
            <source>{file}: {links} entries, {fresh} of them new to the hub, {held} held or in conflict.</source>
            <translation>{file}：共 {links} 条，其中中心库新收 {fresh} 条，暂扣或冲突 {held} 条。</translation>
        </message>
        <message>
            <source>{file}: {taken} of the hub's own facts taken, {waiting} wait for earlier ones.</source>
            <translation>{file}：已接收中心库自身的记录 {taken} 条，{waiting} 条等待更早的记录。</translation>
        </message>
        <message>
            <source>{first} to {last} of {origin} are named as lost: {why}</source>
            <translation>{origin} 的第 {first} 至 {last} 条已登记为丢失：{why}</translation>
        </message>
        <message>
            <source>{name} is closed until it is healed.</source>
            <translation>{name} 已关闭，等待修复。</translation>
        </message>
        <message>
            <source>{name} is closed until it is healed; the hub holds {links} facts of its own. When no more come, open it: agent-desk hub heal --open.</source>
            <translation>{name} 补齐之前不开放；中心库现有自身记录 {links} 条。数目不再增加时，请执行 agent-desk hub heal --open 开放。</translation>
        </message>
        <message>
            <source>{name} is open somewhere else: this is a copy, with {links} facts of the hub itself. If the other one is gone for good (lost, moved, or its server upgraded), begin the healing here: agent-desk hub heal --close.</source>
            <translation>{name} 在别处开放：这里是副本，含中心库自身记录 {links} 条。如果另一处已不再使用（丢失、迁移或服务器升级），请在此开始补齐：agent-desk hub heal --close。</translation>
        </message>
        <message>
            <source>{name} is open; the hub holds {links} facts of its own.</source>
            <translation>{name} 已开放；中心库现有自身记录 {links} 条。</translation>
        </message>
        <message>
            <source>{name}: {staff} people, {links} entries, {held} held, epoch {epoch}.</source>
            <translation>{name}:{staff} 人，{links} 条记录，暂挂 {held} 条，纪元 {epoch}。</translation>
        </message>
        <message>
            <source>{number}  {name}  cannot sign in</source>
            <translation>{number}  {name}  不能登录</translation>
        </message>
        <message>
            <source>{number}  {name}  {grants}</source>
            <translation>{number}  {name}  {grants}</translation>
        </message>
        <message>
            <source>{number} has a new password.</source>
            <translation>{number} 已有新密码。</translation>
        </message>
        <message>
            <source>{number} is changed.</source>
            <translation>{number} 已更改。</translation>
        </message>
        <message>
            <source>{number} {name} can sign in now.</source>
            <translation>{number} {name} 现在可以登录。</translation>
        </message>
        <message>
            <source>{number}: not opened. {sentence}</source>
            <translation>{number}：未能打开。{sentence}</translation>
        </message>
        <message>
            <source>{number}: nothing is unsent.</source>
            <translation>{number}：没有未发送的条目。</translation>
        </message>
        <message>
            <source>{number}: the key is in this account's keyring again; the data opens.</source>
            <translation>{number}：密钥已重新存入本账户的密钥环，数据可以打开。</translation>
        </message>
        <message>
            <source>{number}: {links} entries in {file}.</source>
            <translation>{number}:{links} 条，写入 {file}。</translation>
        </message>
        <message>
            <source>{number}: {sentence}</source>
            <translation>{number}:{sentence}</translation>
        </message>
        <message>
            <source>{number}: {unproven} entries written without proof stay here until their person confirms them.</source>
            <translation>{number}：未经验证写下的 {unproven} 条留在本机，待本人确认。</translation>
        </message>
        <message>
            <source>{n} problems. Keep the hub as it is and look at the last backup.</source>
            <translation>{n} 个问题。请保持中心库原样，并查看最近一次备份。</translation>
        </message>
        <message>
            <source>{part} is away: {n} facts are not on the hub now.</source>
            <translation>{part} 已移出：中心库上现在没有这 {n} 条记录。</translation>
        </message>
        <message>
            <source>{part}: here</source>
            <translation>{part}：在此</translation>
        </message>
        <message>
            <source>{part}: taken out, {n} facts, kept elsewhere</source>
            <translation>{part}：已移出，{n} 条记录，保存在别处</translation>
        </message>
        <message>
            <source>{part}: taken out, {n} facts, lies in {table}</source>
            <translation>{part}：已移出，{n} 条记录，存放于 {table}</translation>
        </message>
        <message>
            <source>{time}  {fact}  {kind}  group {group}, by {author}: {reason}</source>
            <translation>{time}  {fact}  {kind}  小组 {group}，填写人 {author}:{reason}</translation>
        </message>
        <message>
            <source>{unsent} not on the hub, the oldest from {time}.</source>
            <translation>{unsent} 条不在中心库，最早的一条为 {time}。</translation>
        </message>
        <message>
            <source>{values} personal values of {facts} entries are erased.</source>
            <translation>共删除 {facts} 条记录中的 {values} 项个人信息。</translation>
        </message>
    </context>
    <context>
        <name>LinesEdit</name>
        <message>
            <source>Code, pinyin or name</source>
            <translation>编码、拼音或名称</translation>
        </message>
        <message>
            <source>Item, line {0}</source>
            <translation>第 {0} 行 项目</translation>
        </message>
        <message>
            <source>Quantity, line {0}</source>
            <translation>第 {0} 行 数量</translation>
        </message>
        <message>
            <source>Remove line {0}</source>
            <translation>删除第 {0} 行</translation>
        </message>
    </context>
    <context>
        <name>LinkVoice</name>
        <message numerus="yes">
            <source>%n not on the hub</source>
            <translation>
                <numerusform>%n 条未上传</numerusform>
            </translation>
        </message>
        <message>
            <source>The hub has been out of reach since {0}. Write receipts as usual; they go up by themselves when it is back.</source>
            <translation>中心库 {0} 起连不上。收据照常填写，恢复后自动上传。</translation>
        </message>
        <message>
            <source>The hub holds less than it had confirmed: its disk was set back. Nothing is sent, and nothing is lost here. Tell IT at once: agent-desk hub heal --close, then --open.</source>
            <translation>中心库的内容少于它已确认的：其磁盘被还原过。暂不上传，本机内容没有丢失。请立即通知信息技术部：先执行 agent-desk hub heal --close，再执行 --open。</translation>
        </message>
        <message>
            <source>The hub is closed for repair. Go on as usual; everything goes up by itself when it opens.</source>
            <translation>中心库正在维护。照常工作，开放后自动上传。</translation>
        </message>
        <message>
            <source>The hub no longer holds what it had confirmed of this seat: somebody changed it, or this disk. Everything is kept here; of that part nothing is sent. Tell IT at once.</source>
            <translation>中心库中不再有它曾确认过的本座席记录：中心库或本机磁盘被改动过。内容全部保留在本座席，这一部分不再发送。请立即通知信息技术人员。</translation>
        </message>
        <message>
            <source>The hub no longer takes this password. What you write stays safe on this seat; sign out and sign in again.</source>
            <translation>中心库不再接受此密码。填写的内容都安全保存在本机；请输入新密码，或退出后重新登录。</translation>
        </message>
        <message>
            <source>The hub refuses what this seat sends ({why}). Everything is kept here and nothing is lost. Tell IT this word.</source>
            <translation>中心库拒绝接收本座席的内容（{why}）。全部内容保存在本机，没有丢失。请把这个词告诉信息技术部。</translation>
        </message>
        <message>
            <source>The hub was restored and is being completed since {0}. Write as usual; everything goes up by itself when it opens.</source>
            <translation>中心库已还原，{0} 起正在补齐数据。照常填写，开放后自动上传。</translation>
        </message>
        <message>
            <source>The server could not prove that it is the centre's hub. Nothing is sent to it. Tell IT before anything else.</source>
            <translation>服务器无法证明自己是本中心的中心库，因此没有向它发送任何内容。请先通知信息技术部。</translation>
        </message>
        <message>
            <source>This desk is too old for the hub. What you write stays safe here; ask IT for the new version.</source>
            <translation>本工作台版本过旧，中心库不再接收。填写的内容安全保存在本机；请向信息技术部索取新版本。</translation>
        </message>
        <message>
            <source>Your rights on the hub have ended. What you wrote stays safe on this seat; ask your leader.</source>
            <translation>您在中心库的权限已终止。已填写的内容安全保存在本机；请询问组长。</translation>
        </message>
        <message>
            <source>connecting to the hub …</source>
            <translation>正在连接中心库…</translation>
        </message>
        <message>
            <source>desk too old</source>
            <translation>版本过旧</translation>
        </message>
        <message>
            <source>hub closed</source>
            <translation>中心库维护中</translation>
        </message>
        <message>
            <source>hub not proven</source>
            <translation>中心库身份存疑</translation>
        </message>
        <message>
            <source>hub out of reach since {0}</source>
            <translation>中心库 {0} 起连不上</translation>
        </message>
        <message>
            <source>hub set back</source>
            <translation>中心库被还原</translation>
        </message>
        <message>
            <source>linked to the hub</source>
            <translation>已连接 中心库</translation>
        </message>
        <message numerus="yes">
            <source>linked · sending %n</source>
            <translation>
                <numerusform>已连接 · 正在上传 %n 条</numerusform>
            </translation>
        </message>
        <message>
            <source>not proven</source>
            <translation>身份未验证</translation>
        </message>
        <message numerus="yes">
            <source>not proven · %n stay here</source>
            <translation>
                <numerusform>身份未验证 · %n 条留在本机</numerusform>
            </translation>
        </message>
        <message>
            <source>password not taken</source>
            <translation>密码已失效</translation>
        </message>
        <message>
            <source>refused: {0}</source>
            <translation>被拒绝：{0}</translation>
        </message>
        <message>
            <source>rights ended</source>
            <translation>权限已终止</translation>
        </message>
        <message>
            <source>the hub was changed</source>
            <translation>中心库被改动</translation>
        </message>
        <message>
            <source>{0} · oldest {1}</source>
            <translation>{0} · 最早 {1}</translation>
        </message>
    </context>
    <context>
        <name>LockView</name>
        <message>
            <source>No. {0} {1}</source>
            <translation>工号 {0} {1}</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>退出登录</translation>
        </message>
        <message>
            <source>The hub no longer takes this session's password. Type the new one.</source>
            <translation>中心库不再接受本次登录的密码。请输入新密码。</translation>
        </message>
        <message>
            <source>The seat is locked</source>
            <translation>座席已锁定</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>解锁</translation>
        </message>
        <message>
            <source>Windows was locked, so the seat went to not ready.</source>
            <translation>Windows 已锁定，座席已转为示忙。</translation>
        </message>
        <message>
            <source>Your rights on the hub have ended. What you wrote is safe; ask your leader.</source>
            <translation>您在中心库的权限已终止。已填写的内容没有丢失；请询问组长。</translation>
        </message>
    </context>
    <context>
        <name>MachineView</name>
        <message>
            <source>Decide later</source>
            <translation>稍后决定</translation>
        </message>
        <message>
            <source>Receipt numbers</source>
            <translation>票据号</translation>
        </message>
        <message>
            <source>Receipts go on here with the next number at once.</source>
            <translation>本机立即接着用下一个号码开单。</translation>
        </message>
        <message>
            <source>The other machine goes on working</source>
            <translation>另一台还要继续工作</translation>
        </message>
        <message>
            <source>The other machine is gone, or was only a copy</source>
            <translation>另一台已不再使用，或只是副本</translation>
        </message>
        <message>
            <source>The other one keeps them</source>
            <translation>由另一台使用</translation>
        </message>
        <message>
            <source>This disk is a copy of another one, or was set back to an older state. Two machines would give out the same numbers.</source>
            <translation>本机磁盘是从另一台复制的，或被还原到较早状态。两台电脑会给出相同的号码。</translation>
        </message>
        <message>
            <source>This machine keeps them</source>
            <translation>由本机使用</translation>
        </message>
        <message>
            <source>This one then needs a seat number of its own from IT and a book from your leader.</source>
            <translation>本机则需要信息技术人员另分配座席号，并由组长发放票据本。</translation>
        </message>
        <message>
            <source>Which machine keeps the receipt numbers of seat {0}?</source>
            <translation>座席 {0} 的票据号由哪台电脑使用？</translation>
        </message>
    </context>
    <context>
        <name>Outbox</name>
        <message>
            <source>Decide</source>
            <translation>处理</translation>
        </message>
        <message>
            <source>How to confirm</source>
            <translation>如何确认</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Released.</source>
            <translation>已放行。</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即重试</translation>
        </message>
        <message>
            <source>Voided.</source>
            <translation>已作废。</translation>
        </message>
        <message>
            <source>conflict</source>
            <translation>内容冲突</translation>
        </message>
        <message>
            <source>conflict: the hub has another content under this entry · compare the two</source>
            <translation>内容冲突：中心库中同一记录的内容不同 · 请对照</translation>
        </message>
        <message>
            <source>disputed</source>
            <translation>号码争议</translation>
        </message>
        <message>
            <source>disputed: number {0} is on another receipt too · compare the two papers</source>
            <translation>号码争议：{0} 号另有一张收据 · 请对照两张纸质收据</translation>
        </message>
        <message>
            <source>held</source>
            <translation>待核对</translation>
        </message>
        <message>
            <source>held: a field does not hold what it should · correct it</source>
            <translation>待核对：有栏目内容不符 · 请更正</translation>
        </message>
        <message>
            <source>held: a field {0} filled in does not hold what it should</source>
            <translation>待核对：{0} 填写的栏目内容不符</translation>
        </message>
        <message>
            <source>held: a name or number does not fit its seal · tell IT</source>
            <translation>待核对：姓名或号码与封存值不符 · 请通知信息技术部</translation>
        </message>
        <message>
            <source>held: a name or number {0} wrote does not fit its seal</source>
            <translation>待核对：{0} 填写的姓名或号码与封存值不符</translation>
        </message>
        <message>
            <source>held: newer than the hub · released when the hub is brought up to date</source>
            <translation>待核对：版本新于中心库 · 中心库升级后自动放行</translation>
        </message>
        <message>
            <source>held: the hub cannot read it · IT looks at it, nothing is lost</source>
            <translation>待核对：中心库无法读取 · 信息技术部处理，内容没有丢失</translation>
        </message>
        <message>
            <source>held: the hub cannot read what {0} wrote</source>
            <translation>待核对：中心库无法读取 {0} 填写的内容</translation>
        </message>
        <message>
            <source>held: too large for the hub · write it again, shorter</source>
            <translation>待核对：内容过大 · 请缩短后重新填写</translation>
        </message>
        <message>
            <source>held: what {0} wrote is too large for the hub</source>
            <translation>待核对：{0} 填写的内容过大</translation>
        </message>
        <message>
            <source>held: written after your rights had ended · the leader decides</source>
            <translation>待核对：权限终止后填写 · 由组长裁定</translation>
        </message>
        <message>
            <source>held: written without proof · its person confirms it</source>
            <translation>待核对：身份未验证时填写 · 待本人确认</translation>
        </message>
        <message>
            <source>held: you are not in its group · the leader releases or voids it</source>
            <translation>待核对：您不在该组 · 由组长放行或作废</translation>
        </message>
        <message>
            <source>held: your role may not write this · the leader releases or voids it</source>
            <translation>待核对：您的岗位不能填写此类内容 · 由组长放行或作废</translation>
        </message>
        <message>
            <source>held: {0}</source>
            <translation>待核对：{0}</translation>
        </message>
        <message>
            <source>held: {0} is not in its group</source>
            <translation>待核对：{0} 不在该组</translation>
        </message>
        <message>
            <source>held: {0} may not write this in their role</source>
            <translation>待核对：{0} 的岗位不能填写此类内容</translation>
        </message>
        <message>
            <source>held: {0} wrote it after their rights had ended</source>
            <translation>待核对：{0} 在权限终止后填写</translation>
        </message>
        <message>
            <source>not sent</source>
            <translation>未上传</translation>
        </message>
        <message>
            <source>safe on this seat · being sent</source>
            <translation>已存本机 · 正在上传</translation>
        </message>
        <message>
            <source>safe on this seat · connecting to the hub</source>
            <translation>已存本机 · 正在连接中心库</translation>
        </message>
        <message>
            <source>safe on this seat · the hub is out of reach, goes up by itself</source>
            <translation>已存本机 · 中心库连不上，恢复后自动上传</translation>
        </message>
        <message>
            <source>safe on this seat · the hub refuses this seat, see the notice above</source>
            <translation>已存本机 · 中心库拒绝本座席，见上方提示</translation>
        </message>
        <message>
            <source>somebody</source>
            <translation>他人</translation>
        </message>
        <message>
            <source>unproven</source>
            <translation>身份未验证</translation>
        </message>
        <message>
            <source>written without proof · stays here until you sign in with the hub in reach</source>
            <translation>身份未验证时填写 · 联机登录确认前留在本机</translation>
        </message>
        <message>
            <source>{0} · release it or void it</source>
            <translation>{0} · 请放行或作废</translation>
        </message>
        <message>
            <source>{0} · the leader decides</source>
            <translation>{0} · 由组长裁定</translation>
        </message>
        <message>
            <source>{0} · void it; it is written again</source>
            <translation>{0} · 请作废，由本人重新填写</translation>
        </message>
    </context>
    <context>
        <name>OutboxPage</name>
        <message>
            <source>A seat that cannot reach the hub wrote its entries to a stick: bring them in here. Twice does no harm.</source>
            <translation>连不上中心库的座席可把条目写入 U 盘，在这里导入。重复导入没有影响。</translation>
        </message>
        <message>
            <source>Bring another seat's entries to the hub</source>
            <translation>把其他座席的条目导入中心库</translation>
        </message>
        <message>
            <source>Bring in from a stick …</source>
            <translation>从 U 盘导入…</translation>
        </message>
        <message>
            <source>Entries of a seat (*{0})</source>
            <translation>座席条目 (*{0})</translation>
        </message>
        <message>
            <source>Entries that are not on the hub</source>
            <translation>未上传的记录</translation>
        </message>
        <message>
            <source>Everything is on the hub · {0}</source>
            <translation>全部已上传 · {0}</translation>
        </message>
        <message>
            <source>For a long outage: a file that only the hub can read. Any seat that reaches the hub takes it in.</source>
            <translation>用于长时间断网：写成只有中心库能读取的文件，可在任何能连通中心库的座席导入。</translation>
        </message>
        <message>
            <source>Needs the hub; it is out of reach now.</source>
            <translation>需要连上中心库；目前连不上。</translation>
        </message>
        <message>
            <source>Not on the hub</source>
            <translation>未上传</translation>
        </message>
        <message>
            <source>Nothing waits here</source>
            <translation>没有未上传的内容</translation>
        </message>
        <message>
            <source>Release …</source>
            <translation>放行…</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即重试</translation>
        </message>
        <message>
            <source>Void …</source>
            <translation>作废…</translation>
        </message>
        <message>
            <source>Waits since</source>
            <translation>等待自</translation>
        </message>
        <message>
            <source>What</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>What you save appears here until the hub has confirmed it, and stays here if it is held or disputed.</source>
            <translation>保存的内容在中心库确认之前列在这里；待核对或有争议的会一直保留。</translation>
        </message>
        <message>
            <source>Why, and what comes of it</source>
            <translation>原因与处理</translation>
        </message>
        <message>
            <source>Write the unsent entries to a folder</source>
            <translation>把未发送的条目写入文件夹</translation>
        </message>
        <message>
            <source>Write to a stick …</source>
            <translation>写入 U 盘…</translation>
        </message>
        <message>
            <source>Written</source>
            <translation>填写时间</translation>
        </message>
        <message numerus="yes">
            <source>the first %n are listed</source>
            <translation>
                <numerusform>列出前 %n 条</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Question</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n 项待处理</numerusform>
            </translation>
        </message>
        <message>
            <source>Places of the desk</source>
            <translation>功能栏</translation>
        </message>
    </context>
    <context>
        <name>ReceiptList</name>
        <message numerus="yes">
            <source>%n receipt(s)</source>
            <translation>
                <numerusform>%n 张单据</numerusform>
            </translation>
        </message>
        <message>
            <source>Make void…</source>
            <translation>作废…</translation>
        </message>
        <message>
            <source>No receipts yet</source>
            <translation>还没有单据</translation>
        </message>
        <message>
            <source>Nothing found</source>
            <translation>没有找到</translation>
        </message>
        <message>
            <source>Number, exhibitor, booth, payer or phone</source>
            <translation>编号、参展商、展位、付款人或电话</translation>
        </message>
        <message>
            <source>Open paper</source>
            <translation>打开单据</translation>
        </message>
        <message>
            <source>Receipt {0} is void; keep its copies</source>
            <translation>单据 {0} 已作废，请保留全部各联</translation>
        </message>
        <message>
            <source>Receipts</source>
            <translation>单据</translation>
        </message>
        <message>
            <source>Search by number, exhibitor, booth, payer or phone.</source>
            <translation>可按编号、参展商、展位、付款人或电话查找。</translation>
        </message>
        <message>
            <source>Search receipts</source>
            <translation>查找单据</translation>
        </message>
        <message>
            <source>Where it is</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Wherever they are</source>
            <translation>全部状态</translation>
        </message>
        <message>
            <source>Write the first one; it is kept here even while the hub is down.</source>
            <translation>写下第一张吧；中心库连不上时，也会保存在本机。</translation>
        </message>
        <message numerus="yes">
            <source>the newest %n receipt(s)</source>
            <translation>
                <numerusform>最近 %n 张单据</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReceiptState</name>
        <message>
            <source>Conflict</source>
            <translation>内容冲突</translation>
        </message>
        <message>
            <source>Held</source>
            <translation>待核对</translation>
        </message>
        <message>
            <source>Here, not yet on the hub</source>
            <translation>已存本机，待上传</translation>
        </message>
        <message>
            <source>Number disputed</source>
            <translation>编号有争议</translation>
        </message>
        <message>
            <source>On the hub</source>
            <translation>已上传</translation>
        </message>
        <message>
            <source>Void</source>
            <translation>已作废</translation>
        </message>
    </context>
    <context>
        <name>ReceiptTable</name>
        <message>
            <source>Booth</source>
            <translation>展位</translation>
        </message>
        <message>
            <source>Date</source>
            <translation>开单时间</translation>
        </message>
        <message>
            <source>Exhibitor</source>
            <translation>参展商</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>No.</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>Paid by</source>
            <translation>付款方式</translation>
        </message>
        <message>
            <source>Payer</source>
            <translation>付款人</translation>
        </message>
        <message>
            <source>Total</source>
            <translation>合计</translation>
        </message>
        <message>
            <source>Where it is</source>
            <translation>状态</translation>
        </message>
    </context>
    <context>
        <name>ReceiptView</name>
        <message numerus="yes">
            <source>%n field(s) to look at before this can be saved; nothing is lost</source>
            <translation>
                <numerusform>还有 %n 处需要检查才能保存；已填内容都在</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n leaf(s) left after this</source>
            <translation>
                <numerusform>此后还剩 %n 张</numerusform>
            </translation>
        </message>
        <message>
            <source>14:03, or 11-20 14:03</source>
            <translation>14:03，或 11-20 14:03</translation>
        </message>
        <message>
            <source>Form cleared</source>
            <translation>已清空</translation>
        </message>
        <message>
            <source>Receipt {0} saved here {1} · not yet on the hub</source>
            <translation>单据 {0} 已于 {1} 存到本机 · 待上传中心库</translation>
        </message>
        <message>
            <source>This receipt was left unfinished. Go on writing, or clear the form.</source>
            <translation>这张单据上次没有写完。可以接着写，也可以清空。</translation>
        </message>
        <message>
            <source>now</source>
            <translation>现在</translation>
        </message>
    </context>
    <context>
        <name>ReceiptWords</name>
        <message>
            <source>Book {0}</source>
            <translation>收据本 {0}</translation>
        </message>
        <message>
            <source>Receipt {0} made void</source>
            <translation>单据 {0} 作废</translation>
        </message>
        <message>
            <source>Receipt {0} · booth {1}</source>
            <translation>单据 {0} · 展位 {1}</translation>
        </message>
        <message>
            <source>Unfinished receipt</source>
            <translation>未完成的单据</translation>
        </message>
        <message>
            <source>Unfinished receipt {0} · booth {1}</source>
            <translation>未完成的单据 {0} · 展位 {1}</translation>
        </message>
    </context>
    <context>
        <name>ReceiptsPage</name>
        <message>
            <source>All receipts</source>
            <translation>全部单据</translation>
        </message>
        <message>
            <source>Write</source>
            <translation>填写</translation>
        </message>
    </context>
    <context>
        <name>RulingQuestion</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>It counts from now on, as if the hub had just accepted it.</source>
            <translation>从现在起计入，与中心库刚刚接收的一样。</translation>
        </message>
        <message>
            <source>It stays in the history and never counts. This cannot be taken back.</source>
            <translation>保留在历史中，不再计入。此操作不能撤回。</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>理由</translation>
        </message>
        <message>
            <source>Release</source>
            <translation>放行</translation>
        </message>
        <message>
            <source>Say why; its writer reads it.</source>
            <translation>请说明理由，填写人会看到。</translation>
        </message>
        <message>
            <source>Void</source>
            <translation>作废</translation>
        </message>
    </context>
    <context>
        <name>SeatState</name>
        <message>
            <source>After-call work</source>
            <translation>话后整理</translation>
        </message>
        <message>
            <source>Break</source>
            <translation>小休</translation>
        </message>
        <message>
            <source>Not ready</source>
            <translation>示忙</translation>
        </message>
        <message>
            <source>On hold</source>
            <translation>保持</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>示闲</translation>
        </message>
        <message>
            <source>Ringing</source>
            <translation>振铃</translation>
        </message>
        <message>
            <source>Talking</source>
            <translation>通话</translation>
        </message>
        <message>
            <source>Unknown</source>
            <translation>未知</translation>
        </message>
    </context>
    <context>
        <name>Setting</name>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Chinese</source>
            <translation>简体中文</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>English</source>
            <translation>英文</translation>
        </message>
        <message>
            <source>In force at once, in every open window.</source>
            <translation>立即生效，已打开的窗口同时切换。</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Light or dark</source>
            <translation>浅色或深色</translation>
        </message>
        <message>
            <source>Look and language</source>
            <translation>外观与语言</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
        <message>
            <source>Back to the default</source>
            <translation>恢复默认</translation>
        </message>
        <message>
            <source>Set by the centre</source>
            <translation>由中心统一设定</translation>
        </message>
        <message>
            <source>Set by this seat</source>
            <translation>由本座席设定</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>No setting fits</source>
            <translation>没有符合的设置项</translation>
        </message>
        <message>
            <source>Search settings</source>
            <translation>搜索设置项</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Try another word.</source>
            <translation>换个词试试。</translation>
        </message>
    </context>
    <context>
        <name>Shift</name>
        <message>
            <source>A leader's permission</source>
            <translation>组长授权</translation>
        </message>
        <message>
            <source>A list exported</source>
            <translation>导出清单</translation>
        </message>
        <message>
            <source>A number shown in full</source>
            <translation>查看完整号码</translation>
        </message>
        <message>
            <source>An entry of a newer desk ({0})</source>
            <translation>新版本工作台的记录（{0}）</translation>
        </message>
        <message>
            <source>An entry said not to be one's own</source>
            <translation>声明非本人的记录</translation>
        </message>
        <message>
            <source>Entries confirmed as one's own</source>
            <translation>确认为本人的记录</translation>
        </message>
        <message>
            <source>Erased values let go of</source>
            <translation>已删除的个人信息已清除</translation>
        </message>
        <message>
            <source>Handed to another group</source>
            <translation>移交其他组</translation>
        </message>
        <message>
            <source>Signing in</source>
            <translation>登录</translation>
        </message>
        <message>
            <source>Signing out</source>
            <translation>退出登录</translation>
        </message>
        <message>
            <source>Which machine keeps the receipt numbers</source>
            <translation>票据号由哪台电脑使用</translation>
        </message>
    </context>
    <context>
        <name>ShiftWires</name>
        <message numerus="yes">
            <source>%n of them wait for a leader's decision.</source>
            <translation>
                <numerusform>其中 %n 条待组长核对。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n on the stick: {0} came to the hub now, {1} were there before.</source>
            <translation>
                <numerusform>U 盘上共 %n 条：本次导入 {0} 条，{1} 条中心库已有。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n taken as yours; on the way to the hub</source>
            <translation>
                <numerusform>已确认 %n 条，正在上传</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n written to {0}. They stay here too, until the hub has them.</source>
            <translation>
                <numerusform>已把 %n 条写入 {0}。条目同时保留在本机，直到中心库收到。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n written under your number without proof</source>
            <translation>
                <numerusform>您的工号下有 %n 条未验证身份时填写的记录</numerusform>
            </translation>
        </message>
        <message>
            <source>Change</source>
            <translation>更改</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续填写</translation>
        </message>
        <message>
            <source>It stays on this seat until you say that it is yours.</source>
            <translation>在您确认之前留在本机，不会上传。</translation>
        </message>
        <message>
            <source>Left half written; every key stroke is still here.</source>
            <translation>尚未填完；输入过的内容都在。</translation>
        </message>
        <message>
            <source>Look through</source>
            <translation>逐条查看</translation>
        </message>
        <message>
            <source>Nobody could check who sits here: number {0}, name {1}. What is written stays on this seat until this person confirms it with the hub in reach.</source>
            <translation>未能验证当前使用者：工号 {0}，姓名 {1}。填写的内容留在本机，待本人联机确认。</translation>
        </message>
        <message>
            <source>Nothing to write: everything that may be sent is on the hub.</source>
            <translation>没有可写的内容：可以发送的都已在中心库。</translation>
        </message>
        <message>
            <source>Safe on this seat; nothing to do, they go up by themselves.</source>
            <translation>已安全保存在本机，无需操作，恢复后自动上传。</translation>
        </message>
        <message>
            <source>Say which</source>
            <translation>说明哪一台</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>查看</translation>
        </message>
        <message>
            <source>Sign out, then sign in with the hub in reach: the list of these entries is laid before you to confirm.</source>
            <translation>请退出登录，待中心库可用时重新登录，届时会列出这些记录供您确认。</translation>
        </message>
        <message numerus="yes">
            <source>Signed in without the hub, by the password last used here. This works %n more day(s).</source>
            <translation>
                <numerusform>已离线登录（使用上次在本机的密码），还可离线使用 %n 天。</numerusform>
            </translation>
        </message>
        <message>
            <source>Some data on this seat cannot be opened, so nothing of it was written.</source>
            <translation>本座席有数据无法打开，因此未写出。</translation>
        </message>
        <message>
            <source>The entries are being brought to the hub …</source>
            <translation>正在导入中心库…</translation>
        </message>
        <message>
            <source>The hub no longer takes the password of this session. Type the new one, and sending goes on.</source>
            <translation>中心库不再接受本次登录的密码。输入新密码后继续上传。</translation>
        </message>
        <message>
            <source>The other machine keeps the receipt numbers of seat {0}. This one needs a seat number of its own from IT and a book from your leader.</source>
            <translation>座席 {0} 的票据号由另一台电脑使用。本机需要信息技术人员分配单独的座席号，并由组长发放票据本。</translation>
        </message>
        <message>
            <source>This disk is a copy or was set back. Nothing is lost, and everything goes up by itself. No receipt number is given out until you say which machine keeps them.</source>
            <translation>本机磁盘是复制的或被还原过。内容没有丢失，会自动上传。在您说明由哪台电脑使用票据号之前，不给出新的票据号。</translation>
        </message>
        <message>
            <source>This entry has no page of its own.</source>
            <translation>这条记录没有单独的页面。</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即重试</translation>
        </message>
        <message>
            <source>Type the password</source>
            <translation>输入密码</translation>
        </message>
        <message>
            <source>Written down: the other machine keeps the receipt numbers</source>
            <translation>已记录：票据号由另一台电脑使用</translation>
        </message>
        <message>
            <source>Written down: this machine keeps the receipt numbers</source>
            <translation>已记录：票据号由本机使用</translation>
        </message>
        <message>
            <source>You are signed in at seat {0} as well. If that is not you, tell your leader.</source>
            <translation>您的工号同时在 {0} 号台登录。如非本人，请告知组长。</translation>
        </message>
        <message>
            <source>{0} {1}</source>
            <comment>two sentences</comment>
            <translation>{0}{1}</translation>
        </message>
    </context>
    <context>
        <name>ShortcutRow</name>
        <message>
            <source>Other keys for {0}</source>
            <translation>为“{0}”更换按键</translation>
        </message>
    </context>
    <context>
        <name>ShortcutSheet</name>
        <message>
            <source>All keys as delivered</source>
            <translation>全部恢复默认按键</translation>
        </message>
        <message>
            <source>No action fits</source>
            <translation>没有符合的操作</translation>
        </message>
        <message>
            <source>Search actions or keys</source>
            <translation>搜索操作或按键</translation>
        </message>
        <message>
            <source>Search for what you want to do, or for a key.</source>
            <translation>可搜索要做的事，也可搜索按键。</translation>
        </message>
        <message>
            <source>Shortcuts</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>{0} alone is needed for typing. Hold Ctrl or Alt with it, or take a function key.</source>
            <translation>打字时要用到 {0}。请与 Ctrl 或 Alt 组合，或改用功能键。</translation>
        </message>
        <message>
            <source>{0} already belongs to: {1}. Choose other keys.</source>
            <translation>{0} 已用于“{1}”。请换用其他按键。</translation>
        </message>
    </context>
    <context>
        <name>SideColumn</name>
        <message>
            <source>Beside the page</source>
            <translation>侧栏</translation>
        </message>
        <message>
            <source>Fold the panel away</source>
            <translation>收起侧栏</translation>
        </message>
        <message>
            <source>Unfold the panel</source>
            <translation>展开侧栏</translation>
        </message>
    </context>
    <context>
        <name>SignInView</name>
        <message>
            <source>Another centre …</source>
            <translation>其他中心…</translation>
        </message>
        <message>
            <source>Back to signing in</source>
            <translation>返回登录</translation>
        </message>
        <message>
            <source>Begin without proof</source>
            <translation>以未验证身份开始</translation>
        </message>
        <message>
            <source>Begin without proof …</source>
            <translation>以未验证身份开始…</translation>
        </message>
        <message>
            <source>Caps Lock is on</source>
            <translation>大写锁定已打开</translation>
        </message>
        <message>
            <source>Checking …</source>
            <translation>正在验证…</translation>
        </message>
        <message>
            <source>Fill both in</source>
            <translation>填入工号和密码</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>姓名</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>登录</translation>
        </message>
        <message>
            <source>Sign in without proof</source>
            <translation>未验证登录</translation>
        </message>
        <message>
            <source>Staff number</source>
            <translation>工号</translation>
        </message>
        <message>
            <source>To practise: number {0}, password {1}.</source>
            <translation>练习用：工号 {0}，密码 {1}</translation>
        </message>
        <message>
            <source>Your number and name stand on the screen in words. What you write stays on this seat until you sign in with the hub in reach and confirm it as yours.</source>
            <translation>屏幕上会写明您的工号和姓名。填写的内容留在本机，待您联机登录并确认为本人所写。</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>SumsCard</name>
        <message>
            <source>No surcharge on this kind</source>
            <translation>此类收费不加急</translation>
        </message>
        <message>
            <source>Subtotal</source>
            <translation>小计</translation>
        </message>
        <message>
            <source>Surcharge</source>
            <translation>加急费</translation>
        </message>
        <message>
            <source>Total to pay</source>
            <translation>应收合计</translation>
        </message>
    </context>
    <context>
        <name>TodayPage</name>
        <message numerus="yes">
            <source>%n waiting for you</source>
            <translation>
                <numerusform>%n 项待您处理</numerusform>
            </translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>星期五</translation>
        </message>
        <message>
            <source>Monday</source>
            <translation>星期一</translation>
        </message>
        <message>
            <source>Nothing waits for you</source>
            <translation>没有待办事项</translation>
        </message>
        <message>
            <source>Saturday</source>
            <translation>星期六</translation>
        </message>
        <message>
            <source>Sunday</source>
            <translation>星期日</translation>
        </message>
        <message>
            <source>Thursday</source>
            <translation>星期四</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今日</translation>
        </message>
        <message>
            <source>Tuesday</source>
            <translation>星期二</translation>
        </message>
        <message>
            <source>Wednesday</source>
            <translation>星期三</translation>
        </message>
        <message>
            <source>What is unsent, held, disputed or left half written appears here, the most pressing first.</source>
            <translation>被退回、有争议或没填完的内容会列在这里，最急的在最前。</translation>
        </message>
        <message>
            <source>{month}/{day}</source>
            <comment>a date in the title</comment>
            <translation>{month} 月 {day} 日</translation>
        </message>
    </context>
    <context>
        <name>VoidQuestion</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Copies kept</source>
            <translation>收回联数</translation>
        </message>
        <message>
            <source>Count the copies you hold.</source>
            <translation>请清点手中的联数。</translation>
        </message>
        <message>
            <source>Make receipt {0} void?</source>
            <translation>将单据 {0} 作废？</translation>
        </message>
        <message>
            <source>Make void</source>
            <translation>作废</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>作废原因</translation>
        </message>
        <message>
            <source>Say why; the paper shows it.</source>
            <translation>请写明原因，单据上会注明。</translation>
        </message>
        <message>
            <source>Stamp all copies and keep them with the book. A correction goes on a new leaf.</source>
            <translation>请在各联加盖作废章，随本保存；更正请另开一张。</translation>
        </message>
    </context>
    <context>
        <name>Workstation</name>
        <message numerus="yes">
            <source>%n not on the hub yet. They are safe on this seat and go up by themselves.</source>
            <translation>
                <numerusform>还有 %n 条未上传。内容已安全保存在本机，会自动上传。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not on the hub yet. They are safe on this seat and go up when somebody opens the desk here again.</source>
            <translation>
                <numerusform>还有 %n 条未上传。内容已安全保存在本机，下次在此打开工作台时自动上传。</numerusform>
            </translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Close Agent Desk?</source>
            <translation>关闭座席工作台？</translation>
        </message>
        <message>
            <source>Signed in as {0} {1}</source>
            <translation>已登录：工号 {0} {1}</translation>
        </message>
    </context>
</TS>
