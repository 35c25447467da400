<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>DeskError</name>
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
            <source>Nobody is signed in to this store. Sign in first.</source>
            <translation>本机数据尚无人登录。请先登录。</translation>
        </message>
        <message>
            <source>Number or password is wrong. Try again, or ask your leader.</source>
            <translation>工号或密码有误。请重试，或询问组长。</translation>
        </message>
        <message>
            <source>Something went wrong ({code}). What you saved is safe. Try again; if it happens again, tell IT this code.</source>
            <translation>出了点问题（{code}）。已保存的内容都在。请再试一次；如再次出现，请把这个代码告诉信息技术部。</translation>
        </message>
        <message>
            <source>The copy {file} did not read back whole and was removed. Earlier copies stay; call IT to check the disk.</source>
            <translation>副本 {file} 回读不完整，已删除；此前的副本仍在。请联系信息技术部检查磁盘。</translation>
        </message>
        <message>
            <source>The database library {found} can damage data; {needed} or newer is needed. Install the desk again.</source>
            <translation>数据库组件 {found} 可能损坏数据，需要 {needed} 或更新版本。请重新安装本程序。</translation>
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
            <source>The hub cannot be reached. Go on working; everything is sent when it is back.</source>
            <translation>中心库连不上。请照常工作，恢复后自动上传。</translation>
        </message>
        <message>
            <source>The hub refuses this seat ({why}). Everything is kept here; tell your leader or IT.</source>
            <translation>中心库拒绝了本座席（{why}）。数据都保留在本机；请告知组长或信息技术部。</translation>
        </message>
        <message>
            <source>The key on this account does not open the store {file}. Nothing was touched; IT can open it with the recovery key.</source>
            <translation>本账户的密钥打不开 {file}。数据未作任何改动；信息技术部可用恢复密钥打开。</translation>
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
            <source>The settings file {path} cannot be read. The desk goes on with its defaults; IT can repair or delete the file.</source>
            <translation>设置文件 {path} 无法读取。现按默认设置运行；请信息技术部修复或删除该文件。</translation>
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
            <source>This desk does not know entries of the kind {kind}. Update the desk; nothing was lost.</source>
            <translation>本程序不认识 {kind} 类记录。请升级程序，数据没有丢失。</translation>
        </message>
        <message>
            <source>This entry is larger than {limit} bytes. Shorten the notes and save again; the form is still here.</source>
            <translation>内容超过 {limit} 字节。请缩短备注后再保存，表单内容还在。</translation>
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
            <source>This text holds a character that cannot be kept ({why}). Remove it and save again; the form is still here.</source>
            <translation>文字里有无法保存的字符（{why}）。请删去后再保存，表单内容还在。</translation>
        </message>
        <message>
            <source>What has been saved cannot be changed or deleted. Write a correction instead.</source>
            <translation>已保存的记录不能修改或删除。请另写一条更正。</translation>
        </message>
        <message>
            <source>{field} does not hold what it should. Correct it and save again.</source>
            <translation>“{field}”填写有误。请更正后再保存。</translation>
        </message>
        <message>
            <source>{field} is missing. Fill it in and save again.</source>
            <translation>缺少“{field}”。请填写后再保存。</translation>
        </message>
    </context>
</TS>
