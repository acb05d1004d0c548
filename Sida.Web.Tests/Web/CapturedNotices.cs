using System.Collections.Concurrent;
using Sida.Web.Accounts;

namespace Sida.Web.Tests.Web;

/// <summary>The console of a server, read by the test.</summary>
internal sealed class CapturedNotices : IOperatorNotice
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The path of the link that makes an administrator.</summary>
    public string AdministratorPath
    {
        get
        {
            string line = _lines.Single();
            return line[line.IndexOf(FirstAdministrator.Page, StringComparison.Ordinal)..];
        }
    }

    public void Tell(string line) => _lines.Enqueue(line);
}
