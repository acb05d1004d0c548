using System.Runtime.InteropServices;

namespace Sida.Engine.Imaging.Interop;

/// <summary>GLib's GValue: a type and 16 bytes of value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    public nuint Type;
    public ulong Data0;
    public ulong Data1;
}
