<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>ClaimedView</name>
        <message numerus="yes">
            <source>%n mine</source>
            <translation>
                <numerusform>%n is mine</numerusform>
                <numerusform>%n are mine</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not mine</source>
            <translation>
                <numerusform>%n is not</numerusform>
                <numerusform>%n are not</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LinkVoice</name>
        <message numerus="yes">
            <source>%n not on the hub</source>
            <translation>
                <numerusform>%n not on the hub</numerusform>
                <numerusform>%n not on the hub</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>linked · sending %n</source>
            <translation>
                <numerusform>linked · sending %n</numerusform>
                <numerusform>linked · sending %n</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>not proven · %n stay here</source>
            <translation>
                <numerusform>not proven · %n stays here</numerusform>
                <numerusform>not proven · %n stay here</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>OutboxPage</name>
        <message numerus="yes">
            <source>the first %n are listed</source>
            <translation>
                <numerusform>the first one is listed</numerusform>
                <numerusform>the first %n are listed</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n waiting</numerusform>
                <numerusform>%n waiting</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReceiptList</name>
        <message numerus="yes">
            <source>%n receipt(s)</source>
            <translation>
                <numerusform>%n receipt</numerusform>
                <numerusform>%n receipts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>the newest %n receipt(s)</source>
            <translation>
                <numerusform>the newest receipt</numerusform>
                <numerusform>the newest %n receipts</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReceiptView</name>
        <message numerus="yes">
            <source>%n field(s) to look at before this can be saved; nothing is lost</source>
            <translation>
                <numerusform>%n field to look at before this can be saved; nothing is lost</numerusform>
                <numerusform>%n fields to look at before this can be saved; nothing is lost</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n leaf(s) left after this</source>
            <translation>
                <numerusform>one leaf left after this</numerusform>
                <numerusform>%n leaves left after this</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ShiftWires</name>
        <message numerus="yes">
            <source>%n of them wait for a leader's decision.</source>
            <translation>
                <numerusform>One of them waits for a leader's decision.</numerusform>
                <numerusform>%n of them wait for a leader's decision.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n on the stick: {0} came to the hub now, {1} were there before.</source>
            <translation>
                <numerusform>One on the stick: {0} came to the hub now, {1} was there before.</numerusform>
                <numerusform>%n on the stick: {0} came to the hub now, {1} were there before.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n taken as yours; on the way to the hub</source>
            <translation>
                <numerusform>%n entry taken as yours; on the way to the hub</numerusform>
                <numerusform>%n entries taken as yours; on the way to the hub</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n written to {0}. They stay here too, until the hub has them.</source>
            <translation>
                <numerusform>%n entry written to {0}. It stays here too, until the hub has it.</numerusform>
                <numerusform>%n entries written to {0}. They stay here too, until the hub has them.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n written under your number without proof</source>
            <translation>
                <numerusform>%n entry written under your number without proof</numerusform>
                <numerusform>%n entries written under your number without proof</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Signed in without the hub, by the password last used here. This works %n more day(s).</source>
            <translation>
                <numerusform>Signed in without the hub, by the password last used here. This works one more day.</numerusform>
                <numerusform>Signed in without the hub, by the password last used here. This works %n more days.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TodayPage</name>
        <message numerus="yes">
            <source>%n waiting for you</source>
            <translation>
                <numerusform>%n waiting for you</numerusform>
                <numerusform>%n waiting for you</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Workstation</name>
        <message numerus="yes">
            <source>%n not on the hub yet. They are safe on this seat and go up by themselves.</source>
            <translation>
                <numerusform>%n entry is not on the hub yet. It is safe on this seat and goes up by itself.</numerusform>
                <numerusform>%n entries are not on the hub yet. They are safe on this seat and go up by themselves.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not on the hub yet. They are safe on this seat and go up when somebody opens the desk here again.</source>
            <translation>
                <numerusform>%n entry is not on the hub yet. It is safe on this seat and goes up when somebody opens the desk here again.</numerusform>
                <numerusform>%n entries are not on the hub yet. They are safe on this seat and go up when somebody opens the desk here again.</numerusform>
            </translation>
        </message>
    </context>
</TS>
