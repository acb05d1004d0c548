using Sida.Engine;

namespace Sida.Web.Hosting;

/// <summary>Something that the server can't start without: the message says what and how to mend it.</summary>
internal sealed class StartException(string message, Exception? inner = null) : SidaException(message, inner);
