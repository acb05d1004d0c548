using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Hosting;

/// <summary>Settings of the server as a whole.</summary>
internal sealed class ServerOptions
{
    public const string Section = "Sida:Server";

    /// <summary>How long running analyses may go on after the signal to stop; what is left then is marked as interrupted.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Sida:Server:ShutdownGrace must be between 0 and 10 minutes, written as hh:mm:ss.")]
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Sites that may show Sida in a frame, in the words of CSP's frame-ancestors; 'none' for nobody.</summary>
    [RegularExpression(@"('none'|'self'|https?://[A-Za-z0-9.*:\-]+)( https?://[A-Za-z0-9.*:\-]+)*", ErrorMessage = "Sida:Server:FrameAncestors must be 'none', 'self' or a list of origins such as https://intranet.example.")]
    public string FrameAncestors { get; init; } = "'none'";
}
